import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api.ts';
import type { EmulatorCredentials } from './authentication.ts';
import type { EmulatorCall } from './calls.ts';
import { controlPrefix, handleControlRequest } from './control.ts';
import type { After } from './events/delivery.ts';
import type { EmulatorEvents, EventCallback } from './events/job-events.ts';
import type { FaultPlan } from './faults.ts';
import type { EmulatorJobs } from './jobs/store.ts';
import { handleMediaRequest } from './media/media.ts';
import { type CallsPerSecond, documentedLimits } from './quotas.ts';
import type { EmulatorTemplates } from './templates.ts';

/** The options of {@link startEmulator}. */
export interface EmulatorOptions {
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Decides which features are supported, as the documentation of the actions lists them. Default: `cn-shanghai`. */
  readonly region?: string;
  /** 1: a job takes a few seconds. 10: ten times as fast. `Infinity`: jobs are final immediately. Default: 1. */
  readonly speed?: number;
  /** Unix ms. Decides the states of jobs and the validity of signatures' dates. Default: `Date.now`. */
  readonly now?: () => number;
  /** 0…1, for ids and the probability of faults. Default: `Math.random`. */
  readonly random?: () => number;
  /** Waits for the duration of a `latency` fault. Rejects when the signal aborts. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Schedules events: the end of a job, timeouts, retries. Default: timers that do not keep the process running. */
  readonly after?: After;
  /**
   * Switches the region's event notification on, for all events: the URL for events of jobs without their own, and the key
   * that signs all events. `{}`: only jobs with their own URL get events, unsigned. Default: notification is off, and no
   * events are sent until SetMessageCallback switches it on.
   */
  readonly callback?: EventCallback;
  /** The only accepted key pair. Default: {@link defaultCredentials}. */
  readonly credentials?: EmulatorCredentials;
  /**
   * Calls per second for each action. Calls above the limit get `Throttling.User` (400) or `Throttling` (503). `{}`: no
   * limits. Default: the documented limits.
   */
  readonly qps?: CallsPerSecond | undefined;
  /**
   * Whether image jobs require an existing template, as VOD does. Default: false, which also accepts any unknown id that
   * does not contain `missing`.
   */
  readonly strictTemplates?: boolean;
}

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly credentials: EmulatorCredentials;
  /** The last 10,000 requests that named an action, in order of arrival, including rejected ones. */
  readonly calls: readonly EmulatorCall[];
  readonly faults: FaultPlan;
  readonly jobs: EmulatorJobs;
  readonly templates: EmulatorTemplates;
  /** The event callbacks of smart tag and DNA jobs that become final. */
  readonly events: EmulatorEvents;
  /** The speed of jobs that are created from now on. */
  speed: number;
  /** Closes all connections immediately and cancels all events. */
  close(): Promise<void>;
}

/** The key pair of an emulator that is started without one. */
export const defaultCredentials: EmulatorCredentials = {
  accessKeyId: 'emulator-access-key-id',
  accessKeySecret: 'emulator-access-key-secret',
};

const maxTimerMs = 2 ** 31 - 1;

/** Timers longer than the limit of `setTimeout` (25 days) end early. Callers check the clock again. */
const timerAfter: After = (ms, callback) => {
  const timer = setTimeout(callback, Math.min(ms, maxTimerMs));
  timer.unref();
  return () => clearTimeout(timer);
};

/**
 * Starts an emulator of the VOD API (version 2017-03-21) on loopback. It implements the documented AI actions (jobs,
 * their templates, and the results and images of a video), both signatures and the documented errors. Jobs progress
 * with time.
 *
 * The id of a video decides its result. A video whose id contains `missing` does not exist, jobs of one whose id
 * contains `fail` fail, and any other id always has the same result.
 *
 * When a smart tag or DNA job becomes final, its event is sent to the job's own callback URL, otherwise to the region's.
 *
 * The pictures and the video of results are served at its own origin.
 *
 * `GET`, `PUT` and `DELETE` of `/_emulator/faults`, `/_emulator/events` and `/_emulator/speed` change the running
 * emulator, from the same machine only.
 *
 * Rejects with `RangeError` if the speed is not above 0 or the callback URL is not http or https, and with the system's
 * error if it cannot listen.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, region = 'cn-shanghai' } = options;
  const speed = options.speed ?? 1;
  if (!(speed > 0)) throw new RangeError(`expected a speed above 0; got ${speed}`);
  const api = new Api({
    region,
    speed,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal })),
    after: options.after ?? timerAfter,
    callback: options.callback,
    credentials: options.credentials ?? defaultCredentials,
    qps: options.qps ?? documentedLimits,
    strictTemplates: options.strictTemplates ?? false,
  });

  // The query can have all parameters of a call. Node's default limit for the request line and headers is 16 KiB.
  const server = createServer({ maxHeaderSize: 128 * 1024 }, (message, response) => {
    if (message.url?.startsWith(controlPrefix)) void handleControlRequest(message, response, api);
    else if (!handleMediaRequest(message, response)) void api.handle(message, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const hostname = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  api.origin = `http://${hostname}:${address.port}`;

  return {
    origin: api.origin,
    credentials: api.credentials,
    calls: api.calls,
    faults: api.faults,
    jobs: api.jobs,
    templates: api.templates,
    events: api.events,
    get speed() {
      return api.speed;
    },
    set speed(value: number) {
      api.speed = value;
    },
    close: () =>
      new Promise<void>((resolve) => {
        api.events.close();
        // The callback ignores the error of a second close().
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
