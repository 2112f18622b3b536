import type { Scope } from '../../src/auth/caller.ts';
import { type Issuer, startIssuer } from '../auth/issuer.ts';
import { entryOf, keyFile } from '../auth/key-file.ts';
import { keepSecret } from './collected-logs.ts';
import { type Result, type RunningGateway, runningGateway } from './running-gateway.ts';

/** A key of each kind of caller. */
export const keys = {
  all: 'key-of-one-who-may-do-all',
  reader: 'key-of-one-who-may-read',
  submitter: 'key-of-one-who-may-submit',
  nobody: 'key-of-one-who-may-do-nothing',
} as const;

const scopes: Readonly<Record<keyof typeof keys, readonly Scope[]>> = {
  all: ['jobs:read', 'jobs:submit'],
  reader: ['jobs:read'],
  submitter: ['jobs:submit'],
  nobody: [],
};

const names = Object.keys(keys) as (keyof typeof keys)[];

/** The entries of these keys, and of no others, in the file of keys. */
export function entriesOf(some: readonly (keyof typeof keys)[]) {
  return some.map((name) => entryOf(name, keys[name], scopes[name]));
}

/** A gateway that takes the keys above, and tokens of an issuer. */
export async function closedGateway(
  options: Parameters<typeof runningGateway>[0] = {},
): Promise<RunningGateway & { readonly issuer: Issuer; readonly file: ReturnType<typeof keyFile> }> {
  for (const key of Object.values(keys)) keepSecret(key);
  const file = keyFile(entriesOf(names));
  // The time at which the gateway's clock starts.
  const issuer = await startIssuer(() => Date.UTC(2026, 0, 1));
  const gateway = await runningGateway({
    ...options,
    auth: { kind: 'closed', apiKeysFile: file.path, jwt: issuer },
  });
  return { ...gateway, lookups: gateway.lookups, issuer, file };
}

// biome-ignore lint/suspicious/noExplicitAny: a test that writes its query by hand knows what comes back
type AnyResult = Result<any>;

/** Runs one operation as one of these callers. */
export async function queryAs(
  { app }: RunningGateway,
  name: keyof typeof keys,
  query: string,
  variables: object = {},
): Promise<AnyResult> {
  const response = await app.server.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': keys[name] },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
