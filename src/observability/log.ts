import { type DestinationStream, pino } from 'pino';
import type { LogLevel } from '../config/config.ts';

/** Structured log lines on standard output. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>;

/** Lines are written as soon as there are so many bytes of them, or after so long. */
const BUFFER_BYTES = 4096;
const MAX_DELAY_MS = 200;
/** Where nobody takes the lines, no more bytes than these wait; further lines are lost. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * Writes to standard output, many lines at a time: a write of its own for each request would cost as much as all the
 * rest of the line. What is still in memory is written when the process ends, except by SIGKILL.
 */
export function createLog(level: LogLevel, destination: DestinationStream = destinationOf(level)): Log {
  return pino({ level, base: null, timestamp }, destination);
}

let second = Number.NaN;
let upToSecond = '';

/** The time as ISO 8601: all but its milliseconds once a second, since that is a quarter of what a line costs. */
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
