import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs an ES module in a process of its own and returns what it prints: flags of V8 would stay set for later tests.
 *
 * @param flags of Node.js and V8
 */
export function runScript(flags: readonly string[], code: string): string {
  const args = [...flags, '--input-type=module', '--eval', code];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

/** The code that calls a function which a module of `src/config` exports, with these arguments. */
export function callOf(module: string, name: string, ...args: readonly unknown[]): string {
  const path = join(import.meta.dirname, '../../src/config', module);
  return `(await import(${JSON.stringify(path)})).${name}(${args.map((arg) => JSON.stringify(arg)).join()});`;
}
