import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Action } from './actions/table.ts';
import { type After, timerAfter } from './after.ts';
import { Api } from './api.ts';
import type { EmulatorCredentials } from './authentication.ts';
import type { EmulatorCall } from './calls.ts';
import { answerControlRequest, controlPrefix } from './control.ts';
import type { EmulatorEvents, EventCallback } from './events/job-events.ts';
import type { FaultPlan } from './faults/plan.ts';
import type { EmulatorJobs } from './jobs/store.ts';
import type { EmulatorTemplates } from './templates/store.ts';

/** How to start an emulator. */
export interface EmulatorOptions {
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: 0, any free one. */
  readonly port?: number;
  /** Decides what is supported, as in the documentation of the actions. Default: `cn-shanghai`. */
  readonly region?: string;
  /** 1: a job takes a few seconds; 10: ten times as fast; `Infinity`: jobs are final at once. Default: 1. */
  readonly speed?: number;
  /** Unix ms. Jobs move by it and signatures' dates are judged by it. Default: the clock. */
  readonly now?: () => number;
  /** 0…1, for ids and the probability of faults. Default: `Math.random`. */
  readonly random?: () => number;
  /** Waits out a `latency` fault; rejects when the signal aborts. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Decides when events are sent: at the ends of jobs, timeouts, retries. Default: timers. */
  readonly after?: After;
  /** Where events go whose jobs name no URL of their own, and the key that signs all. Default: nowhere, and no event is signed. */
  readonly callback?: EventCallback;
  /** The one key pair that may call. Default: a fixed one, {@link defaultCredentials}. */
  readonly credentials?: EmulatorCredentials;
  /** Calls a second for each action, above which the answer is `Throttling.User`. Default: none. */
  readonly qps?: Readonly<Partial<Record<Action, number>>>;
  /**
   * Whether image jobs take existing templates alone, as VOD does. Default: no; any id does for a template but one that
   * holds `missing`.
   */
  readonly strictTemplates?: boolean;
}

/** A running emulator. */
export interface Emulator {
  /** `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly credentials: EmulatorCredentials;
  /** The last 10,000 requests that named an action, in order of arrival, refused ones included. */
  readonly calls: readonly EmulatorCall[];
  readonly faults: FaultPlan;
  readonly jobs: EmulatorJobs;
  readonly templates: EmulatorTemplates;
  /** The event callbacks that it sends when smart tag and DNA jobs become final. */
  readonly events: EmulatorEvents;
  /** How fast the jobs go that are created from now on. */
  speed: number;
  /** Ends at once, whatever is open; no event is sent any more. */
  close(): Promise<void>;
}

/** The key pair of an emulator that was given none. */
export const defaultCredentials: EmulatorCredentials = {
  accessKeyId: 'emulator-access-key-id',
  accessKeySecret: 'emulator-access-key-secret',
};

/**
 * Starts a VOD API (version 2017-03-21) on loopback, with what it takes of the documentation of the AI actions (jobs,
 * their templates, the results and images of a video): both signatures, the errors, jobs that move on their own.
 *
 * What a video leads to follows from its id: one that holds `missing` does not exist, one that holds `fail` fails,
 * and any other gets a result that is always the same for the same id.
 *
 * When a smart tag or DNA job becomes final, its event is sent to the job's own callback URL, else to the region's.
 *
 * `GET`, `PUT` and `DELETE` on `/_emulator/faults`, `/_emulator/events` and `/_emulator/speed` change it while it runs,
 * from this machine.
 *
 * Rejects with `RangeError` where the speed is not above 0 or the callback URL cannot be called, and with the system's error where it cannot listen.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, region = 'cn-shanghai' } = options;
  const speed = options.speed ?? 1;
  if (!(speed > 0)) throw new RangeError(`expected a speed above 0, got ${speed}`);
  const api = new Api({
    region,
    speed,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal })),
    after: options.after ?? timerAfter,
    callback: options.callback,
    credentials: options.credentials ?? defaultCredentials,
    qps: options.qps ?? {},
    strictTemplates: options.strictTemplates ?? false,
  });

  // The query holds all parameters, so a call's first line can be far longer than a web page's.
  const server = createServer({ maxHeaderSize: 128 * 1024 }, (message, response) => {
    if (message.url?.startsWith(controlPrefix)) void answerControlRequest(message, response, api);
    else void api.answer(message, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const hostname = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  return {
    origin: `http://${hostname}:${address.port}`,
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
        // A second close() finds the server closed already, which is what it asks for.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
