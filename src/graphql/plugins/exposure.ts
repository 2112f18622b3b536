import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import { copyError } from '../errors.ts';

/** Root fields that return the schema. Routers read it from `_service { sdl }`. */
const INTROSPECTION_FIELDS = new Set(['__schema', '__type', '_service']);

/**
 * Hides the schema. Unlike GraphQL's own rule, this one covers `_service` and reports one error for a whole introspection
 * query. To compose a supergraph, use `schema/subgraph.graphql`.
 */
export function noIntrospectionRule(context: ValidationContext): ASTVisitor {
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
 * and in errors about variables.
 */
export function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replaceAll(/ Did you mean [^?]+\?/g, '');
  return message === error.message ? error : copyError(error, { message });
}
