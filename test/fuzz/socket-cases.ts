import type { Dice } from './dice.ts';
import { randomOperation } from './documents.ts';
import { someJson } from './hostile-values.ts';
import { anyRequest, encoded } from './request-cases.ts';

/** Any bytes, one character for each. */
export interface RawCase {
  readonly bytes: string;
}

const handshake = [
  'GET /graphql HTTP/1.1',
  'host: gateway',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol: graphql-transport-ws',
  '\r\n',
].join('\r\n');

/** A receiver without keys. */
const nobody = { profile: 'development', callbackUrl: '' } as const;

/** A request with invalid lengths, chunks or lines, or other bytes. */
export function rawRequest(dice: Dice): RawCase {
  const request = encoded(anyRequest(dice), nobody).toString('latin1');
  const [head = '', body = ''] = request.split('\r\n\r\n');
  const lines = head.replace(/\r\ncontent-length: \d+$/, '');
  const chunk = (size: string, data: string) => `${size}\r\n${data}\r\n`;
  switch (dice.below(10)) {
    case 0:
      return { bytes: dice.bytes(300).toString('latin1') };
    case 1:
      return {
        bytes: `${lines}\r\ncontent-length: ${dice.pick(['-1', '1e3', '5', '999999', '0x10', '', '1,2', '99999999999999999999'])}\r\n\r\n${body}`,
      };
    case 2:
      return { bytes: `${lines}\r\ncontent-length: 3\r\ncontent-length: ${dice.below(9)}\r\n\r\n${body}` };
    case 3:
      return {
        bytes: `${lines}\r\ntransfer-encoding: chunked\r\ncontent-length: ${dice.below(50)}\r\n\r\n${chunk('5', 'abcde')}${chunk('0', '')}`,
      };
    case 4: {
      const size = dice.pick(['5', 'g', '-1', 'ffffffffffffffff', '5;ext=1', '00005', '', '0x5', '4']);
      return {
        bytes: `${lines}\r\ntransfer-encoding: chunked\r\n\r\n${chunk(size, 'abcde')}${dice.chance(70) ? chunk('0', '') : ''}`,
      };
    }
    case 5:
      return {
        bytes: `${lines}\r\ntransfer-encoding: ${dice.pick(['gzip', 'chunked, gzip', 'x', 'identity', 'chunked,chunked'])}\r\n\r\n${body}`,
      };
    case 6:
      return {
        bytes: `${head}\r\n${dice.pick(['a\r\n', ': b\r\n', 'a b: c\r\n', ' folded\r\n', '\u0000: \u0001\r\n', `x: ${'y'.repeat(20_000)}\r\n`])}\r\n${body}`,
      };
    case 7:
      return { bytes: request.slice(0, dice.below(Math.min(request.length, 60_000) + 1)) };
    case 8:
      return { bytes: `${handshake}${dice.bytes(200).toString('latin1')}` };
    default:
      // Two requests at once over one connection.
      return { bytes: `${request}${encoded(anyRequest(dice), nobody).toString('latin1')}` };
  }
}

export interface Frame {
  readonly kind: 'text' | 'binary' | 'ping';
  /** One character for each byte, except in text frames. */
  readonly data: string;
}

/** Messages of a graphql-ws client in any order. */
export interface FramesCase {
  readonly protocol: string | undefined;
  readonly origin: string | undefined;
  readonly host: string;
  /** Whether the client sends `connection_init` first and waits for the response. */
  readonly begins: boolean;
  readonly frames: readonly Frame[];
}

export function someFrames(dice: Dice): FramesCase {
  return {
    protocol: dice.chance(5) ? dice.pick([undefined, 'graphql-ws', 'x']) : 'graphql-transport-ws',
    origin: dice.chance(10)
      ? dice.pick(['https://evil.example.com', 'null', 'http://gateway', ''])
      : undefined,
    host: dice.chance(6) ? dice.pick(['[', 'a b', 'x:99999', '%%%', '@']) : 'gateway',
    begins: !dice.chance(15),
    frames: dice.some(6, () => someFrame(dice)),
  };
}

function someFrame(dice: Dice): Frame {
  const kind = dice.below(12);
  if (kind < 6) return { kind: 'text', data: subscribeMessage(dice) };
  if (kind < 7) return { kind: 'text', data: someJson(dice) };
  if (kind < 8) return { kind: 'text', data: dice.bytes(40).toString('utf8') };
  if (kind < 9) return { kind: 'binary', data: dice.bytes(40).toString('latin1') };
  if (kind < 10) return { kind: 'ping', data: dice.bytes(30).toString('latin1') };
  const type = dice.pick([
    'connection_init',
    'connection_ack',
    'ping',
    'pong',
    'next',
    'error',
    'complete',
    'start',
    '__proto__',
    '',
  ]);
  const id = dice.chance(50) ? `,"id":${JSON.stringify(dice.pick(['1', '2', '', '__proto__']))}` : '';
  return {
    kind: 'text',
    data: `{"type":${JSON.stringify(type)}${id}${dice.chance(50) ? `,"payload":${someJson(dice)}` : ''}}`,
  };
}

function subscribeMessage(dice: Dice): string {
  const { query, variables, operationName } = randomOperation(dice);
  const id = dice.chance(90) ? `"${dice.pick(['1', '2', '3', '4', '__proto__'])}"` : someJson(dice, 4);
  const more = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const extensions = dice.chance(10) ? `,"extensions":${someJson(dice)}` : '';
  return `{"id":${id},"type":"subscribe","payload":{"query":${JSON.stringify(query)},"variables":${variables}${more}${extensions}}}`;
}
