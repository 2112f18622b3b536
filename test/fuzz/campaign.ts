import fc from 'fast-check';
import { budgetRequest } from './budget-cases.ts';
import { type Check, checkFrames, checkRaw, checkRequest, thorough } from './checks.ts';
import { built, type Dice } from './dice.ts';
import { type Profile, startFuzzedGateway } from './fuzzed-gateway.ts';
import { anyRequest, callbackRequest, jsonRequest, operationRequest } from './request-cases.ts';
import { rawRequest, someFrames } from './socket-cases.ts';

/** The result of a run. */
export interface Campaign {
  readonly cases: Readonly<Record<string, number>>;
  /** Each finding has the smallest case that shows it. */
  readonly findings: readonly string[];
}

interface Property<Case> {
  readonly name: string;
  /** The share of the cases that are of this kind, in percent. */
  readonly percent: number;
  readonly build: (dice: Dice) => Case;
  readonly check: Check<Case>;
}

/** The time limit of the search for a smaller case. */
const MAX_SHRINKING_MS = 30_000;

/** Runs the cases of one kind, without their type. */
type Run = (
  gateway: Awaited<ReturnType<typeof startFuzzedGateway>>,
  options: fc.Parameters<unknown>,
) => Promise<Outcome>;
interface Outcome {
  readonly tried: number;
  readonly finding: string | undefined;
}

const properties: readonly { readonly name: string; readonly percent: number; readonly run: Run }[] = [
  property({ name: 'operations', percent: 36, build: operationRequest, check: checkRequest }),
  property({ name: 'budgets', percent: 8, build: budgetRequest, check: checkRequest }),
  property({ name: 'requests', percent: 22, build: anyRequest, check: checkRequest }),
  property({ name: 'json', percent: 14, build: jsonRequest, check: checkRequest }),
  property({ name: 'callbacks', percent: 12, build: callbackRequest, check: checkRequest }),
  property({ name: 'webSockets', percent: 6, build: someFrames, check: checkFrames }),
  property({ name: 'bytes', percent: 2, build: rawRequest, check: checkRaw }),
];

function property<Case>({ name, percent, build, check }: Property<Case>) {
  const checkAll = thorough(check);
  const run: Run = async (gateway, options) => {
    let stopShrinkingAt = Number.POSITIVE_INFINITY;
    let last: Promise<unknown> | undefined;
    const holds = fc.asyncProperty(built(build), async (sent) => {
      if (performance.now() > stopShrinkingAt) return;
      const checked = checkAll(gateway, sent);
      last = checked;
      const problems = await checked;
      if (problems.length === 0) return;
      if (stopShrinkingAt === Number.POSITIVE_INFINITY)
        stopShrinkingAt = performance.now() + MAX_SHRINKING_MS;
      throw new Error(problems.slice(0, 10).join('\n'));
    });
    const { failed, numRuns, seed, counterexample, errorInstance, counterexamplePath } = await fc.check(
      holds,
      options as fc.Parameters<[Case]>,
    );
    // At the time limit, fast-check leaves the last case while it runs. Its calls must not count as those of the next one.
    await last;
    if (!failed || !counterexample) return { tried: numRuns, finding: undefined };
    const smallest = fc.stringify(counterexample[0]).slice(0, 3_000);
    const what = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    const finding = `${name}, ${gateway.profile}, seed ${seed}, path ${counterexamplePath}:\n${what}\n${smallest}`;
    return { tried: numRuns, finding };
  };
  return { name, percent, run };
}

/**
 * Sends cases of all kinds to one gateway. They share it, so that the effects of one case meet the next ones.
 *
 * @param runs the number of cases
 * @param within the time limit in milliseconds
 */
export async function fuzz(profile: Profile, runs: number, seed: number, within?: number): Promise<Campaign> {
  const gateway = await startFuzzedGateway(profile);
  const cases: Record<string, number> = {};
  const findings: string[] = gateway.failures();
  try {
    for (const [index, { name, percent, run }] of properties.entries()) {
      const numRuns = Math.max(1, Math.round((runs * percent) / 100));
      const { tried, finding } = await run(gateway, {
        numRuns,
        seed: (seed + index) | 0,
        ...(within !== undefined && {
          interruptAfterTimeLimit: (within * percent) / 100 + 200,
          markInterruptAsFailure: false,
        }),
      });
      cases[name] = tried;
      if (finding !== undefined) findings.push(finding);
    }
  } finally {
    await gateway.close();
  }
  return { cases, findings };
}
