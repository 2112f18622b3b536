import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';

const README = join(import.meta.dirname, 'README.md');

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in the README. */
export function writeReadme(name: string, text: string): void {
  const before = readFileSync(README, 'utf8');
  const start = before.indexOf(`<!-- ${name} -->\n`);
  const end = before.indexOf(`<!-- /${name} -->`);
  if (start < 0 || end < start) throw new Error(`bench/README.md has no place for the results: ${name}`);
  writeFileSync(README, `${before.slice(0, start)}<!-- ${name} -->\n\n${text}\n\n${before.slice(end)}`);
}

/** The command, the day and the machine: the first line of all results. */
export function provenance(command: string): string {
  const [cpu] = cpus();
  const machine = `${cpu?.model.trim()}, ${cpus().length} cores; Linux ${release()}; Node.js ${process.versions.node}`;
  return `\`${command}\`, ${new Date().toISOString().slice(0, 10)}; ${machine}.`;
}
