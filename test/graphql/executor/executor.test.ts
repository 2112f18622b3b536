import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ExecutionResult,
  execute,
  getOperationAST,
  getVariableValues,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { expect, it } from 'vitest';
import { seededChoice } from '../../../src/emulator/results/seeded-choice.ts';
import type { GraphQLContext } from '../../../src/graphql/context.ts';
import { executePlan } from '../../../src/graphql/executor.ts';
import { OperationPlan, plannedDocument } from '../../../src/graphql/plan.ts';
import { randomOperation } from './operations.ts';
import { unreliableSchema } from './unreliable-schema.ts';

/** Turns of the event loop in which everything ends that an operation has started. */
const TURNS = 12;
/** `EXECUTOR_RUNS=100000` tries more. */
const OPERATIONS = Number(process.env.EXECUTOR_RUNS || 2_000);

/** Executors do not care whether all variables and fragments are used. */
const rules = specifiedRules.filter((rule) => ![NoUnusedVariablesRule, NoUnusedFragmentsRule].includes(rule));
const context = contextWith(() => undefined);

function contextWith(addObject: () => Promise<void> | undefined): GraphQLContext {
  return { budget: { addObject } } as unknown as GraphQLContext;
}

/** Every third object waits for the next turn, as in a large response. */
function contextWithTurns(): GraphQLContext {
  let objects = 0;
  return contextWith(() => (++objects % 3 === 0 ? nextTurn() : undefined));
}

it('gives the results of graphql, and calls the same resolvers with the same arguments', async () => {
  const firstSeed = Number(process.env.EXECUTOR_SEED || randomInt(2 ** 31));
  const unreliable = unreliableSchema();
  const { schema, calls } = unreliable;
  const observed = async (run: () => ExecutionResult | Promise<ExecutionResult>) => {
    calls.length = 0;
    const result = await run();
    // Fields below a `null` go on.
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    return { result, calls: [...calls] };
  };
  let valid = 0;
  let failing = 0;
  for (let seed = firstSeed; seed < firstSeed + OPERATIONS; seed++) {
    unreliable.seed = seed;
    const text = randomOperation(seededChoice(String(seed)));
    const document = parse(text);
    const definition = getOperationAST(document);
    if (!definition || validate(schema, document, rules).length > 0) continue;
    valid++;
    const planned = new OperationPlan({ ...plannedDocument(document), schema, definition });
    const point = seed % 3 === 0 ? { point: { y: [1] } } : {};
    // The second request uses the selections of the first one, unless they depend on the variables.
    for (const yes of [true, false]) {
      const variableValues = { yes, color: 'GREEN', ...point, ...(seed % 5 === 0 && { n: null }) };
      const { coerced = {} } = getVariableValues(
        schema,
        definition.variableDefinitions ?? [],
        variableValues,
      );
      const theirs = await ignoringRejections(() =>
        observed(() => execute({ schema, document, variableValues, contextValue: context })),
      );
      if (theirs.result.errors) failing++;
      const plan = planned.for(coerced);
      const takesTurns = seed % 4 === 0;
      const options = { plan, variables: coerced, context: takesTurns ? contextWithTurns() : context };
      const ours = await observed(() => executePlan(options));
      const label = `EXECUTOR_SEED=${seed}: ${text}`;
      expect(JSON.stringify(ours.result.data), label).toBe(JSON.stringify(theirs.result.data));
      expect(certainErrors(ours.result), label).toEqual(certainErrors(theirs.result));
      if (definition.operation === 'mutation')
        expect(rootsOf(ours.calls), label).toEqual(rootsOf(theirs.calls));
      // An object that waits for its turn cannot keep the fields beside it from being resolved when it fails.
      const calls = takesTurns ? ours.calls.filter((call) => theirs.calls.includes(call)) : ours.calls;
      expect(calls.toSorted(), label).toEqual(theirs.calls.toSorted());
    }
  }
  expect(valid).toBeGreaterThan(OPERATIONS / 3);
  expect(failing).toBeGreaterThan(OPERATIONS / 10);
}, 600_000);

/** `graphql` leaves promises of a list unhandled if another item of the list throws. Ours must not: the test would fail. */
async function ignoringRejections<Result>(run: () => Promise<Result>): Promise<Result> {
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', () => {});
  try {
    return await run();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
}

/** The calls for fields of the operation itself. */
function rootsOf(calls: readonly string[]): string[] {
  return calls.filter((call) => !call.split(':', 1)[0]?.includes('.'));
}

/**
 * The errors that clients see, without those below a position that is `null`: whether these are reported depends on which
 * of the errors comes first.
 */
function certainErrors({ data, errors = [] }: ExecutionResult): string[] {
  return errors
    .map((error) => error.toJSON())
    .filter(({ path = [] }) => path.length === 0 || !isNull(data, path.slice(0, -1)))
    .map((error) => JSON.stringify(error))
    .sort();
}

/** Whether the value at a path, or above it, is `null`. */
function isNull(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const key of path) {
    if (value === null) return true;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value === null;
}
