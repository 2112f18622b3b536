import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The gateway's process, or none. */
export class Gateway {
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  /** Empty while it does not run. */
  origin = '';

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = { PORT: '0', LOG_LEVEL: 'silent', VOD_TIMEOUT_MS: '500', ...env };
  }

  async start(): Promise<void> {
    const options = { cwd: root, env: this.#env, timeout: 300_000, killSignal: 'SIGKILL' } as const;
    const child = spawn(process.execPath, ['src/main.ts'], {
      ...options,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    this.origin = await new Promise<string>((resolve, reject) => {
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
        const [, origin] = /GraphiQL\s+(http:\/\/[^/]+)\/graphql/.exec(output) ?? [];
        if (origin) resolve(origin);
      });
      void this.#ended.then(() => reject(new Error('the gateway did not start')));
    });
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.origin = '';
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }
}

/** Between the two: answers arrive late, so that many a kill hits a job that is paid for and not known yet. */
export async function delayedAnswers(origin: string, random: () => number) {
  let delays = true;
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(origin).port), '127.0.0.1');
    const ms = random() < 0.7 ? random() * 120 : 0;
    const later = (action: () => void) => (delays ? void setTimeout(action, ms) : action());
    client.pipe(upstream);
    upstream.on('data', (chunk) => later(() => client.write(chunk)));
    upstream.on('error', () => {}).on('close', () => later(() => client.destroy()));
    client.on('error', () => {}).on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stopDelaying() {
      delays = false;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
