import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Campaign, fuzz } from './campaign.ts';
import { type Profile, profiles } from './fuzzed-gateway.ts';

/**
 * `npm run fuzz`: tries far more cases than `npm test`, in several processes, because each of them waits a lot.
 * `FUZZ_RUNS` is the total number of cases. `FUZZ_SEED` repeats an earlier run.
 */
const runs = Number(process.env.FUZZ_RUNS || 100_000);
const seed = Number(process.env.FUZZ_SEED || randomInt(2 ** 31));
const PROCESSES_PER_PROFILE = 2;
const [, , ownProfile, ownSeed] = process.argv;

if (ownProfile === undefined) await runAll();
else {
  const share = runs / (profiles.length * PROCESSES_PER_PROFILE);
  process.send?.(await fuzz(ownProfile as Profile, share, Number(ownSeed)));
}

async function runAll(): Promise<void> {
  const startedAt = performance.now();
  const ofAll = Array.from({ length: PROCESSES_PER_PROFILE }, () => profiles).flat();
  const parts = ofAll.map((profile, part) => inProcess(profile, seed + 1_000 * part));
  const campaigns = await Promise.all(parts);
  const cases: Record<string, number> = {};
  for (const campaign of campaigns) {
    for (const [name, tried] of Object.entries(campaign.cases)) cases[name] = (cases[name] ?? 0) + tried;
  }
  const findings = campaigns.flatMap((campaign) => campaign.findings);
  const total = Object.values(cases).reduce((sum, tried) => sum + tried, 0);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  process.stdout.write(
    `${JSON.stringify({ seed, cases: total, seconds, findings: findings.length, ...cases })}\n`,
  );
  for (const finding of findings) process.stdout.write(`\n${finding}\n`);
  if (findings.length > 0) process.exitCode = 1;
}

/** Runs a part in a process of its own. A process that dies is a finding. */
function inProcess(profile: Profile, itsSeed: number): Promise<Campaign> {
  const env = { ...process.env, FUZZ_RUNS: String(runs) };
  const child = fork(fileURLToPath(import.meta.url), [profile, String(itsSeed)], { env });
  return new Promise((resolve) => {
    let campaign: Campaign | undefined;
    child.once('message', (message) => {
      campaign = message as Campaign;
      child.disconnect();
    });
    child.once('exit', (code, signal) => {
      const finding = `${profile}, seed ${itsSeed}: the process ended with ${code ?? signal}`;
      resolve(campaign ?? { cases: {}, findings: [finding] });
    });
  });
}
