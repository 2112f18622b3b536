import { parseArgs } from 'node:util';
import { thisGateway } from './lookups/contestants.ts';
import { measure } from './lookups/load.ts';
import { scenarioNamed } from './lookups/scenarios.ts';
import { residentMiB, startUpstream } from './processes.ts';

/**
 * The memory of the gateway under a long load: `npm run bench:memory` prints it after each minute of `one-unfinished`, in which
 * each request asks for a job that nobody has asked for before.
 */

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'one-unfinished' },
    minutes: { type: 'string', default: '10' },
  },
});
const scenario = scenarioNamed(values.only);

const upstream = await startUpstream();
const server = await thisGateway.run(upstream.origin);
try {
  process.stdout.write('| minutes | memory, MiB | requests/s |\n|---|---|---|\n');
  for (let minute = 1; minute <= Number(values.minutes); minute++) {
    const { requestsPerSecond } = await measure(
      scenario,
      thisGateway,
      server,
      upstream,
      60,
      minute * 10_000_000,
    );
    process.stdout.write(
      `| ${minute} | ${residentMiB(server.pid).toFixed(0)} | ${requestsPerSecond.toFixed(0)} |\n`,
    );
  }
} finally {
  await server.stop();
  await upstream.stop();
}
