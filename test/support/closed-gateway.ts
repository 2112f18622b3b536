import { scopes as everyScope, type Scope } from '../../src/auth/caller.ts';
import { type Issuer, startIssuer } from '../auth/issuer.ts';
import { entryOf, keyFile } from '../auth/key-file.ts';
import { keepSecret } from './collected-logs.ts';
import { type Result, type RunningGateway, runningGateway } from './running-gateway.ts';

/** One API key for each set of scopes, and two callers with the same ones. */
export const keys = {
  all: 'key-with-all-scopes',
  ann: 'key-of-ann',
  bob: 'key-of-bob',
  reader: 'key-with-jobs-read',
  submitter: 'key-with-jobs-submit',
  nobody: 'key-without-scopes',
} as const;

const scopes: Readonly<Record<keyof typeof keys, readonly Scope[]>> = {
  all: everyScope,
  ann: ['jobs:read', 'jobs:submit'],
  bob: ['jobs:read', 'jobs:submit'],
  reader: ['jobs:read'],
  submitter: ['jobs:submit'],
  nobody: [],
};

const names = Object.keys(keys) as (keyof typeof keys)[];

/** The contents of a key file with these keys. */
export function entriesOf(some: readonly (keyof typeof keys)[]) {
  return some.map((name) => entryOf(name, keys[name], scopes[name]));
}

/** A gateway that accepts the keys above and the tokens of an issuer. */
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

// biome-ignore lint/suspicious/noExplicitAny: a test that writes its query knows the type of the response
type AnyResult = Result<any>;

/** Executes one operation with one of the keys. */
export async function queryAs(
  { app }: RunningGateway,
  name: keyof typeof keys,
  query: string,
  variables: object = {},
): Promise<AnyResult> {
  const response = await (await app.server()).fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': keys[name] },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}
