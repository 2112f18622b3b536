import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { copyError } from '../errors.ts';

/** Root fields that return the schema. Routers read it from `_service { sdl }`. */
const INTROSPECTION_FIELDS = new Set(['__schema', '__type', '_service']);

/** Hides the schema over all transports. To compose a supergraph, use `schema/subgraph.graphql`. */
export function useNoIntrospection(): Plugin {
  return { onValidate: ({ addValidationRule }) => addValidationRule(noIntrospectionRule) };
}

/** Unlike GraphQL's own rule, this one covers `_service` and reports one error for a whole introspection query. */
function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const { value: name } = node.name;
      const isRoot = context.getParentType() === context.getSchema().getQueryType();
      if (!isRoot || !INTROSPECTION_FIELDS.has(name)) return;
      const message = `introspection has been disabled: expected a field of the API; got ${name}`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}

/**
 * Removes the names that GraphQL suggests for misspelled ones ("Did you mean…"). It suggests them in validation errors
 * and in errors about variables, which execution reports.
 */
export function useNoSuggestions(): Plugin {
  const hooks = { onExecuteDone: cleanResult, onSubscribeResult: cleanResult };
  return {
    onValidate:
      () =>
      ({ result, setResult }) =>
        setResult((result as readonly GraphQLError[]).map(withoutSuggestions)),
    onExecute: () => hooks,
    onSubscribe: () => hooks,
  };
}

interface ResultHook {
  readonly result: unknown;
  readonly setResult: (result: { errors: GraphQLError[] }) => void;
}

function cleanResult({ result, setResult }: ResultHook): void {
  // Execution has not started if there is no data: the variables are invalid.
  if (typeof result !== 'object' || result === null || !('errors' in result) || 'data' in result) return;
  setResult({ ...result, errors: (result.errors as readonly GraphQLError[]).map(withoutSuggestions) });
}

function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replaceAll(/ Did you mean [^?]+\?/g, '');
  return message === error.message ? error : copyError(error, { message });
}
