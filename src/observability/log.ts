import { type DestinationStream, pino } from 'pino';
import type { LogLevel } from '../config/config.ts';

/** Structured log lines on standard output. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>;

/** Lines are written once they fill this buffer, or after this time. */
const BUFFER_BYTES = 4096;
const MAX_DELAY_MS = 200;
/** The most bytes that wait for a blocked standard output. Further lines are dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * Creates a log that writes to standard output, many lines at a time: one write a line would double the line's cost. The
 * buffer is flushed when the process ends, except by SIGKILL.
 */
export function createLog(level: LogLevel, destination: DestinationStream = destinationOf(level)): Log {
  return pino({ level, base: null, timestamp }, destination);
}

let second = Number.NaN;
let upToSecond = '';

/** The time as ISO 8601. Only the milliseconds are formatted for each line: the rest is a quarter of a line's cost. */
function timestamp(): string {
  const now = Date.now();
  if (Math.floor(now / 1000) !== second) {
    second = Math.floor(now / 1000);
    upToSecond = new Date(now).toISOString().slice(0, -4);
  }
  return `,"time":"${upToSecond}${String(now % 1000).padStart(3, '0')}Z"`;
}

function destinationOf(level: LogLevel): DestinationStream {
  if (level === 'silent') return { write() {} };
  return pino.destination({
    fd: process.stdout.fd,
    sync: false,
    minLength: BUFFER_BYTES,
    maxLength: MAX_WAITING_BYTES,
    periodicFlush: MAX_DELAY_MS,
  });
}
