import { pino } from 'pino';
import type { LogLevel } from './config.ts';

/** Structured log lines on standard output. */
export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
