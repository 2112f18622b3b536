import { readFileSync } from 'node:fs';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/values.ts';
import { repositoryFile } from './repository.ts';

/** Environments that together make the gateway read all its variables. */
const environments = [
  {},
  {
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
    AUTH_DISABLED: 'true',
    SUBMIT_LIMIT_PER_DAY: '0',
  },
  { ALIBABA_CLOUD_ROLE_ARN: 'arn' },
];

/** The names of all variables that the gateway reads. */
export function settings(): ReadonlySet<string> {
  const names = new Set<string>();
  for (const values of environments) {
    const env = new Proxy<Record<string, string>>(values, {
      get(target, name) {
        names.add(String(name));
        return target[String(name)];
      },
    });
    try {
      readConfig(env);
    } catch (error) {
      // An incomplete environment is rejected after its variables were read.
      if (!(error instanceof ConfigError)) throw error;
    }
  }
  return names;
}

/** The `NAME=value` lines of a file. */
export function envFile(path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readFileSync(repositoryFile(path), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
