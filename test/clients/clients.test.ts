import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { keys } from '../../schema/generated/graphcache-keys.ts';
import possibleTypes from '../../schema/generated/possible-types.json' with { type: 'json' };
import { documents, gatewayFetch, operations, variables } from './operations.ts';

const url = 'http://gateway/graphql';
const schemaFile = new URL('../../schema/schema.graphql', import.meta.url).pathname;
const sdl = readFileSync(schemaFile, 'utf8');

/** What the libraries write to the console while a test runs. */
function warnings(): readonly unknown[] {
  const written: unknown[] = [];
  for (const method of ['warn', 'error'] as const) {
    const spy = vi.spyOn(console, method).mockImplementation((...args) => void written.push(args));
    onTestFinished(() => spy.mockRestore());
  }
  return written;
}

describe('Apollo Client', () => {
  it('keeps the responses of all operations in its cache, with the published possible types', async () => {
    const warned = warnings();
    const client = new ApolloClient({
      // Two operations select different fields of a result, which has no id of its own. Apollo Client merges such objects if told.
      cache: new InMemoryCache({
        ...possibleTypes,
        typePolicies: {
          AIJob: { fields: { result: { merge: true } } },
          AIMediaAuditJob: { fields: { result: { merge: true } } },
        },
      }),
      link: new HttpLink({ uri: url, fetch: await gatewayFetch() }),
    });
    onTestFinished(() => client.stop());
    for (const { name, document, isMutation } of documents) {
      if (isMutation) {
        await client.mutate({ mutation: document, variables: variables[name] ?? {} });
        continue;
      }
      const query = { query: document, variables: variables[name] ?? {} };
      const { data } = await client.query({ ...query, fetchPolicy: 'network-only' });
      expect([name, client.readQuery(query)]).toEqual([name, data]);
    }
    expect(warned).toEqual([]);
  });
});

describe('Graphcache of urql', () => {
  it('keeps the responses of all operations, with the published keys', async () => {
    const warned = [...warnings()];
    const client = new Client({
      url,
      fetch: await gatewayFetch(),
      preferGetMethod: false,
      exchanges: [
        cacheExchange({
          schema: introspectionFromSchema(buildSchema(sdl)) as never,
          keys,
          logger: (severity, message) => {
            // Misses of the cache.
            if (severity !== 'debug') warned.push([severity, message]);
          },
        }),
        fetchExchange,
      ],
    });
    for (const { name, document, isMutation } of documents) {
      const sent = variables[name] ?? {};
      if (isMutation) {
        const { error } = await client.mutation(document, sent).toPromise();
        expect([name, error]).toEqual([name, undefined]);
        continue;
      }
      const { data, error } = await client.query(document, sent).toPromise();
      expect([name, error]).toEqual([name, undefined]);
      const cached = await client.query(document, sent, { requestPolicy: 'cache-only' }).toPromise();
      expect([name, cached.data]).toEqual([name, data]);
    }
    expect(warned).toEqual([]);
  });
});

describe('relay-compiler', () => {
  /** Compiles the sources, and returns what it reports and one of the generated types. */
  function compile(sources: ReadonlyMap<string, string>) {
    const folder = mkdtempSync(join(tmpdir(), 'relay-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of sources) {
      writeFileSync(join(folder, `${name}.ts`), `graphql\`${text.replaceAll('`', '')}\`;\n`);
    }
    writeFileSync(join(folder, 'schema.graphql'), sdl);
    const config = { src: '.', schema: 'schema.graphql', language: 'typescript', eagerEsModules: true };
    writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
    const compiler: string = createRequire(import.meta.url)('relay-compiler');
    const { status, stdout, stderr } = spawnSync(compiler, ['relay.config.json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return {
      status,
      report: stdout + stderr,
      generated: (name: string) => readFileSync(join(folder, `__generated__/${name}.graphql.ts`), 'utf8'),
    };
  }

  it('compiles all operations without a warning', () => {
    // Relay requires names that start with the module's and end with the kind of operation.
    const kinds = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;
    const sources = new Map(
      [...operations].map(([name, text]) => [
        name,
        text.replace(
          /^(query|mutation|subscription) (\w+)/m,
          (_, kind: keyof typeof kinds, operation: string) => `${kind} ${operation}${kinds[kind]}`,
        ),
      ]),
    );
    const { status, report, generated } = compile(sources);
    expect(report).not.toMatch(/warn|error/i);
    expect(status).toBe(0);
    expect(generated('SubmitAIJobMutation')).toContain('readonly submitAIJob');
  });

  it('generates non-null types for fields with @semanticNonNull', () => {
    const { report, generated } = compile(
      new Map([
        [
          'Strict',
          'query StrictQuery @throwOnFieldError { aiVideo(id: "v") { aiJobs { totalCount } dna { __typename } } }',
        ],
      ]),
    );
    const type = generated('StrictQuery');
    expect(report).not.toMatch(/warn|error/i);
    expect(type).toMatch(/readonly totalCount: number;/);
    expect(type).toMatch(/readonly dna: \{[^}]*\} \| null \| undefined;/);
  });
});
