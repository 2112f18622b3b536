import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Execution } from '../refusal.ts';

/**
 * Tells nobody the schema: neither by introspection nor by `_service { sdl }`, which is the same for routers. Those
 * who compose a supergraph have `schema/subgraph.graphql`. A rule of validation, so that it holds for all transports.
 */
export function useNoIntrospection(): Plugin {
  return { onValidate: ({ addValidationRule }) => addValidationRule(noIntrospectionRule) };
}

const introspection = new Set(['__schema', '__type', '_service']);

/** GraphQL's own rule knows no `_service`, and has an error for each of the hundred fields that GraphiQL asks for. */
function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const { value: name } = node.name;
      if (!introspection.has(name) || context.getParentType() !== context.getSchema().getQueryType()) return;
      const message = `introspection has been disabled: expected a field of the API; got ${name}`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}

/**
 * Keeps the names of the schema out of errors about names that are close to them. GraphQL suggests them in errors of
 * validation, and in those about variables, which come up only when an operation is to run.
 */
export function useNoSuggestions(): Plugin {
  const hook = ({ args: _ }: Execution) => ({
    onExecuteDone: withoutSuggestionsIn,
    onSubscribeResult: withoutSuggestionsIn,
  });
  return {
    onValidate:
      () =>
      ({ result, setResult }) =>
        setResult((result as readonly GraphQLError[]).map(withoutSuggestions)),
    onExecute: hook,
    onSubscribe: hook,
  };
}

interface Done {
  readonly result: unknown;
  readonly setResult: (result: { errors: GraphQLError[] }) => void;
}

function withoutSuggestionsIn({ result, setResult }: Done): void {
  // Before anything is executed there is no data: the variables are wrong.
  if (typeof result !== 'object' || result === null || !('errors' in result) || 'data' in result) return;
  setResult({ ...result, errors: (result.errors as readonly GraphQLError[]).map(withoutSuggestions) });
}

function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replaceAll(/ Did you mean [^?]+\?/g, '');
  if (message === error.message) return error;
  const { nodes = null, source = null, positions = null, path = null, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
