import { buildSchema, type ExecutionResult, getOperationAST, parse } from 'graphql';
import { expect, it } from 'vitest';
import { MAX_ERRORS } from '../../../src/graphql/budget.ts';
import type { GraphQLContext } from '../../../src/graphql/context.ts';
import { executePlan } from '../../../src/graphql/executor.ts';
import { OperationPlan, plannedDocument } from '../../../src/graphql/plan.ts';
import { limitErrors } from '../../../src/graphql/plugins/limit-errors.ts';

it('makes no more errors than a response lists, and counts the others', async () => {
  const schema = buildSchema('type Query { fails: [Int] }');
  const document = parse('{ fails }');
  const definition = getOperationAST(document);
  if (!definition) throw new Error('expected an operation');
  const planned = new OperationPlan({ ...plannedDocument(document), schema, definition });
  const root = { fails: Array.from({ length: 3 * MAX_ERRORS }, () => new Error('fails')) };
  const context = { budget: { addObject() {} } } as unknown as GraphQLContext;

  const { data, errors = [] }: ExecutionResult = await executePlan({
    plan: planned.for({}),
    variables: {},
    context,
    root,
  });

  expect(data).toEqual({ fails: root.fails.map(() => null) });
  // Each error has a stack trace, which takes longer to make than the rest of a field.
  expect(new Set(errors).size).toBe(MAX_ERRORS + 1);
  const listed = limitErrors(errors, Number.POSITIVE_INFINITY);
  expect(listed).toHaveLength(MAX_ERRORS);
  expect(listed.at(-1)?.message).toBe(`${2 * MAX_ERRORS + 1} further errors are not listed`);
});
