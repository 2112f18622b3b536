import { connect, createServer } from 'node:net';
import { type Environment, GatewayProcess } from '../support/gateway-process.ts';
import { listenOnLoopback } from '../support/listening.ts';

/** A gateway that can be killed and started again with the same settings. */
export class KillableGateway {
  readonly #env: Environment;
  #process: GatewayProcess | undefined;
  /** Empty while the gateway does not run. */
  origin = '';

  constructor(env: Environment) {
    this.#env = { LOG_LEVEL: 'silent', VOD_TIMEOUT_MS: '500', ...env };
  }

  /** @param clockOffsetMs shifts the wall clock of the process */
  async start(clockOffsetMs = 0): Promise<void> {
    const shift = clockOffsetMs === 0 ? [] : ['--import', './test/support/shifted-clock.ts'];
    const env = { ...this.#env, CLOCK_OFFSET_MS: String(clockOffsetMs) };
    this.#process = new GatewayProcess(env, [process.execPath, ...shift, 'src/main.ts']);
    this.origin = await this.#process.origin();
  }

  /** Sends SIGSTOP. Its connections stay open. */
  pause(): void {
    this.#process?.signal('SIGSTOP');
  }

  resume(): void {
    this.#process?.signal('SIGCONT');
  }

  /** Sends SIGKILL and waits for the end of the process. */
  async kill(): Promise<void> {
    this.origin = '';
    await this.#process?.end();
    this.#process = undefined;
  }
}

/**
 * A proxy to the emulator that delays most responses by up to 120 ms, so that many kills hit a job that VOD has accepted
 * and the gateway does not know yet.
 */
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
  const port = await listenOnLoopback(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    stopDelaying() {
      delays = false;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
