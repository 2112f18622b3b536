import { readFileSync, stat } from 'node:fs';
import { ConfigError } from './values.ts';

/** Calls `onChange` when a file may have changed. The returned function stops watching. */
export type WatchFile = (path: string, onChange: () => void) => () => void;

/** The text of a file, or the code of the error if it cannot be read. */
export interface FileContent {
  readonly text?: string;
  readonly failure?: string;
}

export interface WatchedFilesOptions<Value> {
  /** The paths of files that a setting names. */
  readonly files: readonly string[];
  /** Reads the value from the files, in their order. Throws a {@link ConfigError} if a file is unusable. */
  readonly parse: (contents: readonly FileContent[], previous: Value | undefined) => Value;
  readonly onReload: (value: Value, previous: Value) => void;
  /** Called once for each change that makes a file unusable. The previous value stays valid. */
  readonly onUnusable: (error: ConfigError) => void;
  readonly watch?: WatchFile | undefined;
}

/** The value of the last valid version of the files. */
export interface WatchedFiles<Value> {
  readonly value: Value;
  /** Stops watching the files. */
  close(): void;
}

/** The interval between two checks of a file. */
const WATCH_INTERVAL_MS = 1_000;

/** Reads files, and reads them again when one changes. Throws a {@link ConfigError} if they are unusable at the start. */
export function watchFiles<Value>({
  files,
  parse,
  onReload,
  onUnusable,
  watch = watchByPolling,
}: WatchedFilesOptions<Value>): WatchedFiles<Value> {
  /** The last contents, valid or not, so that each change is reported only once. */
  let contents = files.map(readContent);
  let value = parse(contents, undefined);
  const onChange = () => {
    const next = files.map(readContent);
    if (next.every((content, index) => isSame(content, contents[index]))) return;
    contents = next;
    const previous = value;
    try {
      value = parse(contents, previous);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      onUnusable(error);
      return;
    }
    onReload(value, previous);
  };
  const stops = files.map((file) => watch(file, onChange));
  return {
    get value() {
      return value;
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function readContent(file: string): FileContent {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { failure: (error as NodeJS.ErrnoException).code ?? 'an error' };
  }
}

function isSame(one: FileContent, other: FileContent | undefined): boolean {
  return one.text === other?.text && one.failure === other?.failure;
}

/**
 * Polls the path and follows links. File system events get lost if a folder is replaced, as Kubernetes does with
 * secrets, or if an editor replaces the file.
 */
const watchByPolling: WatchFile = (path, onChange) => {
  /** The state before the last report. `watchFile` of Node.js misses what changes before it knows its first state. */
  let reported: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const check = () =>
    stat(path, { bigint: true }, (error, stats) => {
      if (!timer) return;
      const state = error
        ? String(error.code)
        : [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
      schedule();
      if (state === reported) return;
      reported = state;
      onChange();
    });
  const schedule = () => {
    timer = setTimeout(check, WATCH_INTERVAL_MS).unref();
  };
  schedule();
  return () => {
    clearTimeout(timer);
    timer = undefined;
  };
};
