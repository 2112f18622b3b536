import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  type SelectionSetNode,
  type ValidationContext,
  validate,
} from 'graphql';
import { invalidRequest } from '../errors.ts';
import type { OperationPlan } from '../plan.ts';

/** The limits of a document. Those of `schema/operations/` and GraphiQL are far below all limits but `depth`. */
export const documentLimits = {
  /** Lexical tokens, such as names and punctuators. */
  tokens: 2_000,
  /** Levels of nested fields. GraphiQL's introspection query has 15. */
  depth: 15,
  aliases: 100,
  directives: 20,
  /** Fields of the operation itself. A field counts each time that it is written. */
  rootFields: 50,
  /** `__schema` and `__type`. Each can return the whole schema twice over, which no budget counts. */
  introspectionFields: 3,
  /** Levels of nested lists and objects in literals and in variables. */
  valueDepth: 50,
  /** Errors that are reported for an invalid document. Each one takes time to create. */
  validationErrors: 5,
} as const;

/**
 * Parses a document, and throws if it is beyond the limits. They are checked before the validation rules of GraphQL, some
 * of which take quadratic time.
 */
export function parseWithinLimits(schema: GraphQLSchema, text: string): DocumentNode {
  const { tokens, depth, aliases, directives } = documentLimits;
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: tokens });
  } catch (error) {
    // The parser is recursive: deep nesting exhausts the stack.
    if (error instanceof RangeError) throw nestingError('document', 'more than can be read');
    if (error instanceof GraphQLError && error.message.includes(`more that ${tokens} tokens`)) {
      throw invalidRequest('document', `at most ${tokens} tokens`, 'more');
    }
    throw error;
  }
  // Each rule throws when its limit is exceeded.
  validate(schema, document, [
    maxDepthRule({
      n: depth,
      ignoreIntrospection: false,
      flattenFragments: true,
      ...reject('a depth of at most', depth),
    }),
    maxAliasesRule({ n: aliases, allowList: [], ...reject('at most', aliases, 'aliases') }),
    maxDirectivesRule({ n: directives, ...reject('at most', directives, 'directives') }),
    rootFieldsRule,
    valueDepthRule,
  ]);
  return document;
}

/** Options of graphql-armor's rules that replace their messages, which end with the number that was found. */
function reject(expected: string, limit: number, noun = '') {
  return {
    onReject: [
      (_context: unknown, { message }: GraphQLError) => {
        const found = /found (\d+)/.exec(message)?.[1] ?? 'more';
        throw invalidRequest('document', `${expected} ${limit} ${noun}`.trim(), found);
      },
    ],
  };
}

function rootFieldsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition({ selectionSet }) {
      const check = (limit: number, noun: string, counts?: (name: string) => boolean) => {
        const count = countFields(context, selectionSet, new Map(), counts);
        if (count > limit) throw invalidRequest('document', `at most ${limit} ${noun}`, String(count));
      };
      check(documentLimits.rootFields, 'fields of the operation itself');
      check(
        documentLimits.introspectionFields,
        'introspection fields',
        (name) => name === '__schema' || name === '__type',
      );
    },
  };
}

/**
 * The number of fields in a selection and in its fragments. A field counts each time that it is written.
 *
 * @param counts whether a field with this name counts; by default, all do
 */
function countFields(
  context: ValidationContext,
  { selections }: SelectionSetNode,
  fragmentCounts: Map<string, number>,
  counts: (name: string) => boolean = () => true,
): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === 'Field') count += Number(counts(selection.name.value));
    else if (selection.kind === 'InlineFragment')
      count += countFields(context, selection.selectionSet, fragmentCounts, counts);
    else {
      const name = selection.name.value;
      const fragment = context.getFragment(name);
      if (fragment && !fragmentCounts.has(name)) {
        // A fragment that spreads itself ends here; validation rejects it.
        fragmentCounts.set(name, 0);
        fragmentCounts.set(name, countFields(context, fragment.selectionSet, fragmentCounts, counts));
      }
      count += fragmentCounts.get(name) ?? 0;
    }
  }
  return count;
}

function valueDepthRule(): ASTVisitor {
  let depth = 0;
  const nested = {
    enter() {
      if (++depth > documentLimits.valueDepth) throw nestingError('document');
    },
    leave() {
      depth--;
    },
  };
  return { ListValue: nested, ObjectValue: nested, ListType: nested };
}

function nestingError(field: string, received = 'more'): GraphQLError {
  return invalidRequest(field, `values nested at most ${documentLimits.valueDepth} deep`, received);
}

/** Returns an error for a subscription whose only field is skipped; GraphQL's executor fails on it. */
export function subscribedFieldRefusal(plan: Pick<OperationPlan, 'root'>): GraphQLError | undefined {
  if (plan.root.fields.length > 0) return undefined;
  return invalidRequest('operation', 'a field to subscribe to', 'none');
}

/** The variables of a request. */
export type Variables = Readonly<Record<string, unknown>> | null | undefined;

/** Returns an error for variables that are nested too deep. */
export function variablesRefusal(variables: Variables): GraphQLError | undefined {
  // The object that holds the variables is one more level.
  return isDeeper(variables, documentLimits.valueDepth + 1) ? nestingError('variables') : undefined;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return values.some((inner) => isDeeper(inner, levels - 1));
}
