import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../../src/config/values.ts';
import { schema } from '../../src/graphql/schema/schema.ts';
import { openManifest } from '../../src/graphql/trusted-documents.ts';
import { recordingLog } from '../auth/recording-log.ts';
import { everyTransport, post, transports } from '../security/every-transport.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

const text = 'query Web($id: ID!) {\n  aiJob(id: $id) {\n    id\n    type\n  }\n}';
const other = 'query Other($id: ID!) {\n  aiJob(id: $id) {\n    status\n  }\n}';
const sha256 = (value: string) => createHash('sha256').update(value).digest('hex');

const formats = {
  'client-preset': (document: string) => ({ [sha256(document)]: document }),
  Relay: (document: string) => ({ [createHash('md5').update(document).digest('hex')]: document }),
  Apollo: (document: string) => ({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: sha256(document), name: 'Web', type: 'query', body: document }],
  }),
};

/** Files of manifests that are deleted after the test. `change` writes one and reports the change. */
function manifestFiles(...contents: readonly unknown[]) {
  const folder = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-manifests-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = contents.map((_, index) => join(folder, `${index}.json`));
  const write = (index: number, content: unknown) =>
    writeFileSync(paths[index] ?? '', typeof content === 'string' ? content : JSON.stringify(content));
  for (const [index, content] of contents.entries()) write(index, content);
  const listeners = new Map<string, () => void>();
  return {
    paths,
    watch: (path: string, onChange: () => void) => {
      listeners.set(path, onChange);
      return () => void listeners.delete(path);
    },
    change(index: number, content: unknown) {
      write(index, content);
      for (const onChange of listeners.values()) onChange();
    },
    remove(index: number) {
      rmSync(paths[index] ?? '');
      for (const onChange of listeners.values()) onChange();
    },
    get watchers() {
      return listeners.size;
    },
  };
}

function opened(...contents: readonly unknown[]) {
  const files = manifestFiles(...contents);
  const log = recordingLog();
  const manifest = openManifest({ files: files.paths, schema, log, watch: files.watch });
  return { ...files, files, manifest, log };
}

describe('a manifest of another repository', () => {
  it.each(Object.entries(formats))('is read in the format of %s', (_name, formatted) => {
    const { manifest, log } = opened(formatted(text));
    const id = Object.keys(formats.Relay(text))[0] ?? '';
    expect(manifest.get(formatted === formats.Relay ? id : sha256(text))).toBe(text);
    expect(manifest.get(`sha256:${sha256(text).toUpperCase()}`)).toBe(
      formatted === formats.Relay ? undefined : text,
    );
    expect(manifest.has(parse(text.replaceAll('\n', ' ')))).toBe(true);
    expect(manifest.has(parse(other))).toBe(false);
    expect(log.lines).toEqual([]);
  });

  it('may use ids of its own', () => {
    const { manifest } = opened({ 'web/Job@1': text });
    expect([manifest.get('web/Job@1'), manifest.get('WEB/JOB@1')]).toEqual([text, undefined]);
  });

  it('is read again when it changes, and documents that it loses are no longer trusted', () => {
    const { manifest, log, change } = opened(formats.Relay(text));
    const document = parse(text);
    expect(manifest.has(document)).toBe(true);

    change(0, formats['client-preset'](other));

    expect(manifest.has(document)).toBe(false);
    expect(manifest.get(sha256(other))).toBe(other);
    expect(log.lines).toMatchObject([{ level: 'info', message: 'reloaded the trusted documents' }]);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'expected JSON; got another text'],
    ['a list', [text], 'expected an object of ids and texts, or a manifest of Apollo; got something else'],
    ['a number as a document', { a: 1 }, ", a: expected a document's text; got something else"],
    ['another version', { ...formats.Apollo(text), version: 2 }, ', version: expected 1; got something else'],
    [
      'another format',
      { format: 'x', version: 1, operations: [] },
      ', format: expected apollo-persisted-query-manifest; got something else',
    ],
    [
      'an operation without a body',
      { ...formats.Apollo(text), operations: [{ id: 'a' }] },
      ", operations, 0, body: expected a document's text; got something else",
    ],
  ])('stops the start if it has %s, and later keeps the previous documents', (_name, content, expected) => {
    const bad = manifestFiles(content);
    const open = () => openManifest({ files: bad.paths, schema, log: recordingLog(), watch: bad.watch });
    expect(open).toThrow(ConfigError);
    expect(open).toThrow(expected);
    expect(open).toThrow(`TRUSTED_DOCUMENTS_FILES, ${bad.paths[0]}`);
    expect(bad.watchers).toBe(0);

    const { manifest, log, change } = opened(formats['client-preset'](text));
    change(0, content);
    change(0, content);
    expect(manifest.get(sha256(text))).toBe(text);
    expect(log.lines).toMatchObject([
      { level: 'error', fields: { error: expect.stringContaining(expected) } },
    ]);
    change(0, formats['client-preset'](other));
    expect(manifest.get(sha256(other))).toBe(other);
  });

  it('may disappear later, which is logged once', () => {
    const { manifest, log, remove } = opened(formats['client-preset'](text));
    remove(0);
    expect(manifest.get(sha256(text))).toBe(text);
    expect(log.lines).toMatchObject([
      { level: 'error', fields: { error: expect.stringContaining('expected a readable file; got ENOENT') } },
    ]);
  });

  it('must not give an id of another manifest to another text', () => {
    expect(() => opened({ a: text }, { a: other })).toThrow(
      /^TRUSTED_DOCUMENTS_FILES, .*1\.json: expected the text that .*0\.json gives to the id "a"; got another$/,
    );
    const { manifest } = opened({ a: text }, { a: text, b: other });
    expect([manifest.get('a'), manifest.get('b')]).toEqual([text, other]);
  });

  it('may have documents that are invalid for the schema, which are logged once', () => {
    const { log, paths, change } = opened({ a: 'query Wrong { nothing }', b: '{', c: text });
    const invalid = (operation: string, error: RegExp) => ({
      level: 'warn',
      fields: { file: paths[0], operation, error: expect.stringMatching(error) },
      message: 'a trusted document is invalid for this schema',
    });
    const warned = [invalid('Wrong', /nothing/), invalid('b', /Syntax Error/)];
    expect(log.lines).toMatchObject(warned);
    change(0, { a: 'query Wrong { nothing }' });
    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject(warned);
  });

  it('is no longer watched after the gateway has closed', () => {
    const { files, manifest } = opened({ a: text }, { b: other });
    expect(files.watchers).toBe(2);
    manifest.close();
    expect(files.watchers).toBe(0);
  });
});

describe.each(transports)('over %s, with a manifest of another repository', (transport) => {
  it('its documents are accepted as text until it loses them', async () => {
    const files = manifestFiles(formats.Relay(text));
    const gateway = await runningGateway({
      exposure: { trustedDocumentsOnly: true, trustedDocumentsFiles: files.paths },
      watchFile: files.watch,
    });
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    const { ask } = await everyTransport(gateway);
    const read = (query: string) => ask[transport]({ query, variables: { id } });
    // The second one is in the cache of documents.
    for (let times = 0; times < 2; times++) expect((await read(text)).data).toMatchObject({ aiJob: { id } });
    expect((await read(other)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');

    files.change(0, formats.Apollo(other));

    expect((await read(text)).errors?.[0]?.message).toBe(
      'document: expected one of the documents that this gateway trusts; got another',
    );
    expect((await read(other)).data).toMatchObject({ aiJob: { status: 'SUCCESS' } });
  });
});

it.each([true, false])(
  'a document of another repository is accepted by id until its file loses it (only trusted documents: %s)',
  async (trustedDocumentsOnly) => {
    const files = manifestFiles(formats.Relay(text), formats.Apollo(other));
    const gateway = await runningGateway({
      exposure: { trustedDocumentsOnly, trustedDocumentsFiles: files.paths },
      watchFile: files.watch,
    });
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    const { url } = await everyTransport(gateway);
    const read = async (documentId: string) =>
      (await post(url, { documentId, variables: { id } })).json() as Promise<unknown>;
    const [relayId = ''] = Object.keys(formats.Relay(text));
    expect(await read(relayId)).toMatchObject({ data: { aiJob: { id } } });
    expect(await read(sha256(other))).toMatchObject({ data: { aiJob: { status: 'SUCCESS' } } });

    files.change(0, {});

    expect(await read(relayId)).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect(await read(sha256(other))).toMatchObject({ data: { aiJob: { status: 'SUCCESS' } } });
  },
);
