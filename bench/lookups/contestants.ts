import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort, type Running, SERVER_CPU, start } from '../processes.ts';

/** The servers that are compared. */

export interface Contestant {
  readonly name: string;
  /** How it shows in tables. */
  readonly title: string;
  /** Whether what it asks VOD for is batched within one request only. */
  readonly perRequest: boolean;
  /** Whether it can resolve a list of ids, or has to be asked for each by an alias. */
  readonly lists: boolean;
  /** Starts it in front of an upstream. */
  run(upstream: string): Promise<Running>;
}

const require = createRequire(import.meta.url);
const here = import.meta.dirname;

/** Also the gateway's data: nothing that it writes belongs into the repository. */
const scratch = mkdtempSync(join(tmpdir(), 'vod-gateway-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

async function gateway(
  upstream: string,
  nodeOptions: readonly string[],
  env: NodeJS.ProcessEnv,
  /** The checkout to run. */
  root = join(here, '../..'),
): Promise<Running> {
  const port = await freePort();
  const command = [process.execPath, ...nodeOptions, join(root, 'src/main.ts')];
  return start('the gateway', SERVER_CPU, command, port, {
    NODE_ENV: 'production',
    PORT: String(port),
    VOD_ENDPOINT: upstream,
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'bench',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'bench',
    AUTH_DISABLED: 'true',
    // The load is that of many callers. The limits stay on, so that they are part of what is measured.
    RATE_LIMIT_PER_MINUTE: '10000000',
    SUBMIT_LIMIT_PER_DAY: '0',
    LOG_LEVEL: 'error',
    // A ledger of its own: what another version wrote may have other tables.
    DATA_DIR: mkdtempSync(join(scratch, 'ledger-')),
    ...env,
  });
}

function peer(name: string, title: string): Contestant {
  return {
    name,
    title,
    perRequest: true,
    lists: true,
    async run(upstream) {
      const port = await freePort();
      const file = join(here, `../peers/${name}.ts`);
      return start(name, SERVER_CPU, [process.execPath, file, String(port), upstream], port, {
        NODE_ENV: 'production',
      });
    },
  };
}

const gatewayTraits = { perRequest: false, lists: true };

/** The gateway as it comes. Everything is compared with it. */
export const thisGateway: Contestant = {
  ...gatewayTraits,
  name: 'gateway',
  title: '**this gateway**',
  run: (upstream) => gateway(upstream, [], {}),
};

/** The gateway that has been told the quota, so that it need not find it out. */
export const gatewayToldTheQuota: Contestant = {
  ...gatewayTraits,
  name: 'gateway-told',
  title: '**this gateway**, `VOD_QPS=50`',
  run: (upstream) => gateway(upstream, [], { VOD_QPS: '50' }),
};

/** The gateway with a log line for each request, as in production. */
export const loggingGateway: Contestant = {
  ...gatewayTraits,
  name: 'gateway-logging',
  title: '**this gateway**, `LOG_LEVEL=info`',
  run: (upstream) => gateway(upstream, [], { LOG_LEVEL: 'info' }),
};

/** The gateway as it was at a commit, in a checkout of its own, which is removed at the end. */
export function gatewayAt(commit: string): Contestant {
  return {
    ...gatewayTraits,
    name: 'against',
    title: `the gateway at \`${commit}\``,
    run: (upstream) => gateway(upstream, [], {}, checkoutAt(commit)),
  };
}

/** The folder of a checkout of a commit, which is made and installed when it is asked for first. */
export function checkoutAt(commit: string): string {
  const root = join(scratch, `gateway-${commit.replaceAll(/\W/g, '-')}`);
  if (existsSync(root)) return root;
  execFileSync('git', ['clone', '--quiet', '--no-checkout', join(here, '../..'), root]);
  // The clone does not have the names of branches.
  const hash = execFileSync('git', ['rev-parse', `${commit}^{commit}`], {
    cwd: here,
    encoding: 'utf8',
  }).trim();
  execFileSync('git', ['-C', root, 'checkout', '--quiet', '--detach', hash]);
  execFileSync('npm', ['--prefix', root, 'install', '--loglevel=error'], { stdio: 'ignore' });
  return root;
}

/** The gateway with a CPU profile, which it writes into a folder when it ends. */
export function profiledGateway(folder: string): Contestant {
  const options = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  return { ...thisGateway, run: (upstream) => gateway(upstream, options, {}) };
}

const tailcall: Contestant = {
  name: 'tailcall',
  title: 'Tailcall 1.0.0',
  perRequest: false,
  lists: false,
  async run(upstream) {
    const port = await freePort();
    const template = readFileSync(join(here, '../peers/tailcall.graphql'), 'utf8');
    const config = join(scratch, `tailcall-${port}.graphql`);
    writeFileSync(config, template.replace('ORIGIN/', `${upstream}/`).replace('port: PORT', `port: ${port}`));
    const folder = dirname(require.resolve('@tailcallhq/core-linux-x64-gnu/package.json'));
    return start('Tailcall', SERVER_CPU, [join(folder, 'bin/tailcall'), 'start', config], port, {
      TAILCALL_LOG_LEVEL: 'error',
      // It would tell its makers that it runs, and ask for a newer version: nothing leaves the machine.
      TAILCALL_TRACKER: 'false',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1',
    });
  },
};

/** The stack that the gateway is built of, without what it adds. */
export const plainStack = peer('yoga', 'Yoga 5, DataLoader per request');

/** All but the gateway. */
export const peers: readonly Contestant[] = [
  plainStack,
  peer('mercurius', 'Mercurius 16, JIT'),
  peer('apollo', 'Apollo Server 5'),
  tailcall,
];
