import type { Log } from '../../src/observability/log.ts';

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: unknown;
  readonly message: string;
}

/** A log that keeps its lines. */
export function recordingLog(): Log & { readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const at = (level: Line['level']) => (fields: unknown, message?: string) => {
    lines.push({ level, fields, message: message ?? String(fields) });
  };
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { ...log, isLevelEnabled: () => true, lines } as Log & { lines: Line[] };
}
