import { parseArgs } from 'node:util';
import { type Action, actionNames } from './actions/table.ts';
import { controlPrefix } from './control.ts';
import { isCallbackUrl } from './events/callback.ts';
import { type EventFaults, eventFaultSyntax, parseEventFault } from './events/faults.ts';
import type { EventCallback } from './events/job-events.ts';
import type { Fault } from './faults/fault.ts';
import { faultKinds } from './faults/fault.ts';
import { faultSyntax, parseAction, parseFault } from './faults/syntax.ts';

/** What the command line asks for. */
export type CommandLine =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly host: string;
      readonly port: number;
      readonly region: string;
      readonly speed: number;
      readonly qps: Readonly<Partial<Record<Action, number>>>;
      readonly faults: readonly Fault[];
      readonly callback?: EventCallback;
      readonly eventFaults: EventFaults;
      readonly strictTemplates: boolean;
    };

const defaultPort = 4010;

export const helpText = `A VOD API to run against without an account.

  --port PORT        default ${defaultPort}; 0: any free one
  --host HOST        default 127.0.0.1
  --region REGION    default cn-shanghai; decides what is supported
  --speed SPEED      default 1: a job takes a few seconds; 10: ten times as fast; Infinity: none
  --qps QPS          calls a second for every action, or ACTION:QPS for one; repeatable
  --fault FAULT      ${faultSyntax}; repeatable
  --callback-url URL where events go whose jobs name no URL of their own
  --callback-key KEY signs every event, those to a job's own URL too
  --event-fault FAULT
                     ${eventFaultSyntax};
                     repeatable
  --strict-templates
                     image jobs take existing templates alone; else any id but one that holds "missing"
  --help

Actions: ${wrapped(actionNames)}
Faults:  ${faultKinds.join(', ')}
Details of a fault: 0.1 or 10% (probability), x3 (times), 500ms or 2s (latency), 503 (HTTP status),
  when=TEXT (calls with TEXT in a parameter; comes last)
  --fault throttle:0.1 --fault latency:500ms --fault resetAfterRunning@SubmitAIJob:x1

While it runs, from this machine:
  curl http://127.0.0.1:${defaultPort}${controlPrefix}faults
  curl -X PUT -d '[{"kind":"throttle","action":"ListAIJob","probability":0.1}]' http://127.0.0.1:${defaultPort}${controlPrefix}faults
  curl -X DELETE http://127.0.0.1:${defaultPort}${controlPrefix}faults
  curl -X PUT -d '{"lose":0.1,"double":0.1,"reorder":true}' http://127.0.0.1:${defaultPort}${controlPrefix}events
  curl -X PUT -d 10 http://127.0.0.1:${defaultPort}${controlPrefix}speed

A video whose id holds "missing" does not exist; the jobs of one whose id holds "fail" fail.
`;

/** Five names a line, below one another. */
function wrapped(names: readonly string[]): string {
  return names.join(', ').replace(/((?:\w+, ){4}\w+,) /g, '$1\n         ');
}

/** Reads the command line. Throws an `Error` whose message names the flag, what was expected and what came. */
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
    qps: Object.assign({}, ...values.qps.map((text) => flag('--qps', text, parseQps))),
    faults: values.fault.map((text) => flag('--fault', text, parseFault)),
    ...parseCallback(values['callback-url'], values['callback-key']),
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

function parseCallback(url: string | undefined, key: string | undefined): { callback?: EventCallback } {
  if (url === undefined && key === undefined) return {};
  if (url !== undefined && !isCallbackUrl(url)) {
    throw new Error(`--callback-url: expected an http or https URL, got "${url}"`);
  }
  if (key === '') throw new Error('--callback-key: expected a key, got ""');
  return { callback: { ...(url === undefined ? {} : { url }), ...(key === undefined ? {} : { key }) } };
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new RangeError(`expected a port from 0 to 65535, got "${text}"`);
  return port;
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed > 0)) throw new RangeError(`expected a number above 0, or Infinity, got "${text}"`);
  return speed;
}

function parseQps(text: string): Partial<Record<Action, number>> {
  const [, action, number = ''] = /^(?:(.*):)?(.*)$/s.exec(text) ?? [];
  if (!/^[1-9]\d*$/.test(number)) {
    throw new RangeError(`expected a whole number above 0, or ACTION:NUMBER, got "${text}"`);
  }
  const names = action === undefined ? actionNames : [parseAction(action)];
  return Object.fromEntries(names.map((name) => [name, Number(number)]));
}
