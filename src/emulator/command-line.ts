import { parseArgs } from 'node:util';
import { type Action, actionNames, isAction } from './actions/table.ts';
import { controlPrefix } from './control.ts';
import { isCallbackUrl } from './events/event.ts';
import type { EventFaults } from './events/faults.ts';
import type { EventCallback } from './events/job-events.ts';
import { type Fault, type FaultKind, faultKinds } from './faults.ts';
import { type CallsPerSecond, documentedLimits } from './quotas.ts';

/** The parsed command line. */
export type CommandLine =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly host: string;
      readonly port: number;
      readonly region: string;
      readonly speed: number;
      readonly qps: CallsPerSecond;
      readonly faults: readonly Fault[];
      readonly callback?: EventCallback;
      readonly eventFaults: EventFaults;
      readonly strictTemplates: boolean;
    };

const defaultPort = 4010;
const controlUrl = `http://127.0.0.1:${defaultPort}${controlPrefix}`;

const faultSyntax = 'KIND[@ACTION][:DETAIL]...';
const eventFaultSyntax =
  'lose[:PROBABILITY], double[:PROBABILITY], forge[:PROBABILITY], delay:TIME, reorder or early';

export const helpText = `Runs a local emulator of the ApsaraVideo VOD API. It needs no Alibaba Cloud account.

  --port PORT        default ${defaultPort}; 0: any free port
  --host HOST        default 127.0.0.1
  --region REGION    default cn-shanghai; decides which features are supported
  --speed SPEED      default 1: a job takes a few seconds; 10: ten times as fast; Infinity: jobs finish immediately
  --qps QPS          limit of calls per second for every action, ACTION:QPS for one action, or "unlimited"; repeatable;
                     default: the documented limit of each action
  --fault FAULT      ${faultSyntax}; repeatable
  --notify           switches the region's event notification on; without it (or one of the next two), no events are
                     sent, not even to a job's own URL, until SetMessageCallback switches it on
  --callback-url URL receives the events of jobs that have no callback URL of their own
  --callback-key KEY signs all events
  --event-fault FAULT
                     ${eventFaultSyntax};
                     repeatable
  --strict-templates
                     image jobs require an existing template; default: any id that does not contain "missing"
  --help

Actions: ${wrapped(actionNames)}
Faults:  ${faultKinds.join(', ')}
Details of a fault: 0.1 or 10% (probability), x3 (number of calls), 500ms or 2s (latency), 503 (HTTP status),
  when=TEXT (only calls with TEXT in a parameter; must be the last detail)
  --fault throttle:0.1 --fault latency:500ms --fault resetAfterRunning@SubmitAIJob:x1

Change a running emulator from the same machine:
  curl ${controlUrl}faults
  curl -X PUT -d '[{"kind":"throttle","action":"ListAIJob","probability":0.1}]' ${controlUrl}faults
  curl -X DELETE ${controlUrl}faults
  curl -X PUT -d '{"lose":0.1,"double":0.1,"reorder":true}' ${controlUrl}events
  curl -X PUT -d 10 ${controlUrl}speed

A video whose id contains "missing" does not exist. Jobs of a video whose id contains "fail" fail.
`;

/** Joins names by commas, five on a line. */
function wrapped(names: readonly string[]): string {
  return names.join(', ').replace(/((?:\w+, ){4}\w+,) /g, '$1\n         ');
}

/** Parses the command line. Throws an `Error` whose message names the flag, the expected value and the actual one. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: String(defaultPort) },
      host: { type: 'string', default: '127.0.0.1' },
      region: { type: 'string', default: 'cn-shanghai' },
      speed: { type: 'string', default: '1' },
      qps: { type: 'string', multiple: true, default: [] },
      fault: { type: 'string', multiple: true, default: [] },
      notify: { type: 'boolean', default: false },
      'callback-url': { type: 'string' },
      'callback-key': { type: 'string' },
      'event-fault': { type: 'string', multiple: true, default: [] },
      'strict-templates': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { help: true };
  return {
    help: false,
    host: values.host,
    port: flag('--port', values.port, parsePort),
    region: values.region,
    speed: flag('--speed', values.speed, parseSpeed),
    qps: values.qps.reduce((qps, text) => flag('--qps', text, () => withQps(qps, text)), documentedLimits),
    faults: values.fault.map((text) => flag('--fault', text, parseFault)),
    ...parseCallback(values.notify, values['callback-url'], values['callback-key']),
    eventFaults: Object.assign(
      {},
      ...values['event-fault'].map((text) => flag('--event-fault', text, parseEventFault)),
    ),
    strictTemplates: values['strict-templates'],
  };
}

function flag<Value>(name: string, text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function parseCallback(
  notify: boolean,
  url: string | undefined,
  key: string | undefined,
): { callback?: EventCallback } {
  if (!notify && url === undefined && key === undefined) return {};
  if (url !== undefined && !isCallbackUrl(url)) {
    throw new Error(`--callback-url: expected an http or https URL; got "${url}"`);
  }
  if (key === '') throw new Error('--callback-key: expected a key; got ""');
  return { callback: { ...(url === undefined ? {} : { url }), ...(key === undefined ? {} : { key }) } };
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new RangeError(`expected a port from 0 to 65535; got "${text}"`);
  return port;
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed > 0)) throw new RangeError(`expected a number above 0, or Infinity; got "${text}"`);
  return speed;
}

function withQps(qps: CallsPerSecond, text: string): CallsPerSecond {
  if (text === 'unlimited') return {};
  const [, action, number = ''] = /^(?:(.*):)?(.*)$/s.exec(text) ?? [];
  if (!/^[1-9]\d*$/.test(number)) {
    throw new RangeError(`expected a whole number above 0, ACTION:NUMBER or unlimited; got "${text}"`);
  }
  const names = action === undefined ? actionNames : [parseAction(action)];
  return { ...qps, ...Object.fromEntries(names.map((name) => [name, Number(number)])) };
}

function parseAction(name: string): Action {
  if (!isAction(name)) throw new RangeError(`expected an action (${actionNames.join(', ')}); got "${name}"`);
  return name;
}

/**
 * Parses `KIND[@ACTION][:DETAIL]...`, where the details can have any order:
 *
 * - `0.1` or `10%`: the probability
 * - `x3`: the number of calls
 * - `500ms` or `2s`: the duration of a `latency`
 * - `503`: the HTTP status
 * - `when=TEXT`: only calls that have TEXT in a parameter. TEXT extends to the end of the fault.
 *
 * Examples: `throttle:0.1`, `latency:500ms`, `resetAfterRunning@SubmitAIJob:x1`, `html@ListAIJob:502:5%`. Throws
 * `RangeError`, whose message names the expected value and the actual one.
 */
export function parseFault(text: string): Fault {
  const [, head = '', rest = ''] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const [kindName = '', actionName] = head.split('@');
  const fault: { -readonly [Key in keyof Fault]: Fault[Key] } = { kind: parseKind(kindName) };
  if (actionName !== undefined) fault.action = parseAction(actionName);

  const [, plain = '', when] = /^(.*?)(?:(?:^|:)when=(.*))?$/s.exec(rest) ?? [];
  if (when !== undefined) fault.when = when;
  for (const detail of plain === '' ? [] : plain.split(':')) Object.assign(fault, parseDetail(detail));
  return fault;
}

function parseKind(name: string): FaultKind {
  const kind = faultKinds.find((known) => known === name);
  if (kind === undefined) {
    throw new RangeError(`expected ${faultSyntax} with a kind of ${faultKinds.join(', ')}; got "${name}"`);
  }
  return kind;
}

function parseDetail(detail: string): Partial<Fault> {
  const [, times] = /^x([1-9]\d*)$/.exec(detail) ?? [];
  const parsed = times === undefined ? parseQuantity(detail) : { times: Number(times) };
  if (parsed !== undefined) return parsed;
  throw new RangeError(
    `expected a detail like 0.1, 10%, x3, 500ms, 2s, 503 (200 to 599) or when=TEXT; got "${detail}"`,
  );
}

/** Parses a duration, a probability or an HTTP status. The unit and the size of the number decide which one it is. */
function parseQuantity(text: string): Pick<Fault, 'ms' | 'probability' | 'status'> | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|%|)$/.exec(text) ?? [];
  const value = Number(number);
  if (unit === 'ms') return { ms: value };
  if (unit === 's') return { ms: value * 1000 };
  if (unit === '%' && value <= 100) return { probability: value / 100 };
  if (unit === '' && value <= 1) return { probability: value };
  if (unit === '' && Number.isInteger(value) && value >= 200 && value <= 599) return { status: value };
  return undefined;
}

/**
 * Parses an event fault: `lose`, `double` or `forge`, each with an optional probability (`lose:10%`, `double:0.5`),
 * `delay:2s`, `reorder` or `early`. Throws `RangeError`, whose message names the expected value and the actual one.
 */
export function parseEventFault(text: string): EventFaults {
  const [, kind, detail] = /^([a-z]+)(?::(.+))?$/s.exec(text) ?? [];
  const { probability, ms } = parseQuantity(detail ?? '1') ?? {};
  switch (kind) {
    case 'lose':
    case 'double':
    case 'forge':
      if (probability !== undefined) return { [kind]: probability };
      break;
    case 'delay':
      if (ms !== undefined) return { delayMs: ms };
      break;
    case 'reorder':
    case 'early':
      if (detail === undefined) return { [kind]: true };
      break;
  }
  throw new RangeError(`expected ${eventFaultSyntax}; got "${text}"`);
}
