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
import type { Plugin } from 'graphql-yoga';
import { type Execution, refusal } from '../refusal.ts';

/** What a document may hold. The documents of `schema/operations/` and GraphiQL's own are far below, but for `depth`. */
export const documentLimits = {
  /** The words and signs of a document. */
  tokens: 2_000,
  /** Fields within fields: the introspection query of GraphiQL has 15. */
  depth: 15,
  aliases: 100,
  directives: 20,
  /** The fields of the operation itself, each as often as it is written. */
  rootFields: 50,
  /** Lists and objects within each other, in literals and in variables. */
  valueDepth: 50,
  /** The errors that an invalid document is told; a hundred more help nobody, and cost their making. */
  validationErrors: 5,
} as const;

/**
 * Refuses documents beyond the limits. They are counted right after parsing, before the rules of GraphQL look at them:
 * some of those take time with the square of what they see.
 */
export function useDocumentLimits(schema: GraphQLSchema): Plugin {
  // Documents come from Yoga's cache of them: each is counted once.
  const checked = new WeakMap<DocumentNode, GraphQLError | null>();
  return {
    onParse({ setParseFn }) {
      setParseFn(parseWithinLimits);
      return ({ result, replaceParseResult }) => {
        if (result === null || result instanceof Error) return;
        let error = checked.get(result);
        if (error === undefined) {
          error = excess(schema, result);
          checked.set(result, error);
        }
        // An error in place of a document is thrown.
        if (error) replaceParseResult(error as unknown as DocumentNode);
      };
    },
    onValidate({ setValidationFn }) {
      const maxErrors = documentLimits.validationErrors;
      setValidationFn(((ofSchema, document, rules) =>
        validate(ofSchema, document, rules, { maxErrors })) as typeof validate);
    },
    onExecute: checkVariables,
    onSubscribe: checkVariables,
  };
}

/** GraphQL's own parser counts tokens as it goes. */
function parseWithinLimits(...[source, options]: Parameters<typeof parse>): DocumentNode {
  const { tokens, valueDepth } = documentLimits;
  try {
    return parse(source, { ...options, maxTokens: tokens });
  } catch (error) {
    if (error instanceof RangeError) {
      throw refusal('document', `values nested at most ${valueDepth} deep`, 'more than can be read');
    }
    if (error instanceof GraphQLError && error.message.includes(`more that ${tokens} tokens`)) {
      throw refusal('document', `at most ${tokens} tokens`, 'more');
    }
    throw error;
  }
}

/** The first limit that a document goes beyond. */
function excess(schema: GraphQLSchema, document: DocumentNode): GraphQLError | null {
  const { depth, aliases, directives } = documentLimits;
  try {
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
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** The rules of graphql-armor have words of their own, in which what came is told last. */
function reject(expected: string, limit: number, noun = '') {
  return {
    onReject: [
      (_context: unknown, { message }: GraphQLError) => {
        const found = /found (\d+)/.exec(message)?.[1] ?? 'more';
        throw refusal('document', `${expected} ${limit} ${noun}`.trim(), found);
      },
    ],
  };
}

function rootFieldsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition({ selectionSet }) {
      const count = countFields(context, selectionSet, new Map());
      if (count > documentLimits.rootFields) {
        throw refusal(
          'document',
          `at most ${documentLimits.rootFields} fields of the operation itself`,
          String(count),
        );
      }
    },
  };
}

/** The fields of a selection, those of its fragments included, as often as they are written. */
function countFields(
  context: ValidationContext,
  { selections }: SelectionSetNode,
  ofFragments: Map<string, number>,
): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === 'Field') count++;
    else if (selection.kind === 'InlineFragment')
      count += countFields(context, selection.selectionSet, ofFragments);
    else {
      const name = selection.name.value;
      const fragment = context.getFragment(name);
      if (fragment && !ofFragments.has(name)) {
        // One that spreads itself, which validation refuses, counts no further.
        ofFragments.set(name, 0);
        ofFragments.set(name, countFields(context, fragment.selectionSet, ofFragments));
      }
      count += ofFragments.get(name) ?? 0;
    }
  }
  return count;
}

function valueDepthRule(): ASTVisitor {
  let depth = 0;
  const nested = {
    enter() {
      if (++depth > documentLimits.valueDepth) throw tooDeep('document');
    },
    leave() {
      depth--;
    },
  };
  return { ListValue: nested, ObjectValue: nested, ListType: nested };
}

function tooDeep(field: string): GraphQLError {
  return refusal(field, `values nested at most ${documentLimits.valueDepth} deep`, 'more');
}

function checkVariables({ args, setResultAndStopExecution }: Execution): void {
  // The variables themselves are an object that is no value.
  if (isDeeper(args.variableValues, documentLimits.valueDepth + 1)) {
    setResultAndStopExecution({ errors: [tooDeep('variables')] });
  }
}

function isDeeper(value: unknown, than: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (than === 0) return true;
  const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return values.some((inner) => isDeeper(inner, than - 1));
}
