import { actionNames, isAction } from '../actions/table.ts';
import { type Fault, type FaultKind, faultKinds } from './fault.ts';

/** How a fault is written on a command line. */
export const faultSyntax = 'KIND[@ACTION][:DETAIL]...';

/**
 * Reads a fault as it is written on a command line: a kind, the one action that it is for, and details in any order.
 *
 * - `0.1` or `10%`: how probable it is
 * - `x3`: how often it happens
 * - `500ms` or `2s`: how long `latency` waits
 * - `503`: the HTTP status
 * - `when=TEXT`: only calls that have TEXT in one of their parameters; takes the rest of the fault
 *
 * Examples: `throttle:0.1`, `latency:500ms`, `resetAfterRunning@SubmitAIJob:x1`, `html@ListAIJob:502:5%`. Throws
 * `RangeError`, whose message says what was expected and what came.
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

/** Reads an action's name; throws `RangeError`. */
export function parseAction(name: string) {
  if (!isAction(name)) throw new RangeError(`expected an action (${actionNames.join(', ')}), got "${name}"`);
  return name;
}

function parseKind(name: string): FaultKind {
  const kind = faultKinds.find((known) => known === name);
  if (kind === undefined) {
    throw new RangeError(`expected ${faultSyntax} with a kind of ${faultKinds.join(', ')}, got "${name}"`);
  }
  return kind;
}

function parseDetail(detail: string): Partial<Fault> {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|%|)$/.exec(detail) ?? [];
  const value = Number(number);
  if (unit === 'ms') return { ms: value };
  if (unit === 's') return { ms: value * 1000 };
  if (unit === '%' && value <= 100) return { probability: value / 100 };
  if (unit === '' && value <= 1) return { probability: value };
  if (unit === '' && Number.isInteger(value) && value >= 200 && value <= 599) return { status: value };
  const [, times] = /^x([1-9]\d*)$/.exec(detail) ?? [];
  if (times !== undefined) return { times: Number(times) };
  throw new RangeError(
    `expected a detail like 0.1, 10%, x3, 500ms, 2s, 503 (200 to 599) or when=TEXT, got "${detail}"`,
  );
}
