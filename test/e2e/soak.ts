import { randomInt } from 'node:crypto';
import { killAtRandom } from './kill.ts';

/** `npm run soak -- [kills] [seed]`: kills the gateway far more often than `npm test`. */
const [kills = '200', seed = String(randomInt(2 ** 31))] = process.argv.slice(2);

const startedAt = performance.now();
const { problems, ...counts } = await killAtRandom(Number(kills), Number(seed));
const seconds = Math.round((performance.now() - startedAt) / 1000);
process.stdout.write(`${JSON.stringify({ kills: Number(kills), seed: Number(seed), seconds, ...counts })}\n`);
for (const problem of problems) process.stdout.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
