import fc from 'fast-check';
import { type Check, checkFrames, checkRaw, checkRequest, thorough } from './checks.ts';
import { built, type Dice } from './dice.ts';
import { type Profile, startFuzzedGateway } from './fuzzed-gateway.ts';
import { anyRequest, callbackRequest, jsonRequest, operationRequest } from './request-cases.ts';
import { rawRequest, someFrames } from './socket-cases.ts';

/** How many cases of each kind were tried, and what was found. */
export interface Campaign {
  readonly cases: Readonly<Record<string, number>>;
  /** Each with the smallest case that shows it. */
  readonly findings: readonly string[];
}

interface Property<Case> {
  readonly name: string;
  /** Of a hundred cases, so many are of this kind. */
  readonly percent: number;
  readonly build: (dice: Dice) => Case;
  readonly check: Check<Case>;
}

/** How long a smaller case is looked for: one that hangs takes its time. */
const MAX_SHRINKING_MS = 30_000;

/** Keeps what a case is away from whoever only runs it. */
type Run = (
  gateway: Awaited<ReturnType<typeof startFuzzedGateway>>,
  options: fc.Parameters<unknown>,
) => Promise<Outcome>;
interface Outcome {
  readonly tried: number;
  readonly finding: string | undefined;
}

const properties: readonly { readonly name: string; readonly percent: number; readonly run: Run }[] = [
  property({ name: 'operations', percent: 44, build: operationRequest, check: checkRequest }),
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
    const holds = fc.asyncProperty(built(build), async (sent) => {
      if (performance.now() > stopShrinkingAt) return;
      const problems = await checkAll(gateway, sent);
      if (problems.length === 0) return;
      if (stopShrinkingAt === Number.POSITIVE_INFINITY)
        stopShrinkingAt = performance.now() + MAX_SHRINKING_MS;
      throw new Error(problems.slice(0, 10).join('\n'));
    });
    const { failed, numRuns, seed, counterexample, errorInstance, counterexamplePath } = await fc.check(
      holds,
      options as fc.Parameters<[Case]>,
    );
    if (!failed || !counterexample) return { tried: numRuns, finding: undefined };
    const smallest = fc.stringify(counterexample[0]).slice(0, 3_000);
    const what = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    const finding = `${name}, ${gateway.profile}, seed ${seed}, path ${counterexamplePath}:\n${what}\n${smallest}`;
    return { tried: numRuns, finding };
  };
  return { name, percent, run };
}

/**
 * Tries so many cases of all kinds against one gateway, which all of them share: what one leaves behind, the next ones
 * meet.
 *
 * @param within milliseconds after which no further case is tried
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
