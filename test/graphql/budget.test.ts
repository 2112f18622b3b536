import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import { OperationBudget } from '../../src/graphql/budget.ts';
import { ResponseMemory } from '../../src/graphql/response-memory.ts';
import { closedGateway, queryAs } from '../support/closed-gateway.ts';
import { finishedJobs, type RunningGateway, runningGateway } from '../support/running-gateway.ts';

const quoted = (ids: readonly string[]) => JSON.stringify(ids);

/** The codes of the errors, each with the number of errors. */
function codes(errors: readonly { readonly extensions: { readonly code: string } }[] = []) {
  const counts: Record<string, number> = {};
  for (const { extensions } of errors) counts[extensions.code] = (counts[extensions.code] ?? 0) + 1;
  return counts;
}

describe('the budget of objects', () => {
  it('fails the objects beyond it, and leaves the others intact', async () => {
    const { query, emulator } = await runningGateway({ limits: { maxResponseObjects: 10 } });
    const ids = finishedJobs(emulator, 12);
    const { data, errors } = await query(`{ aiJobs(ids: ${quoted(ids)}) { id } }`);
    expect(data.aiJobs).toEqual([...ids.slice(0, 10).map((id) => ({ id })), null, null]);
    expect(errors).toMatchObject([
      {
        message: 'response: expected at most 10 objects; got more',
        path: ['aiJobs', 10],
        extensions: { code: 'BAD_USER_INPUT' },
      },
      { path: ['aiJobs', 11] },
    ]);
  });

  it('counts the fields of each object, fragments and aliases included', async () => {
    const { query, emulator } = await runningGateway({ limits: { maxResponseObjects: 10 } });
    const ids = finishedJobs(emulator, 10);
    // Four fields for each of ten objects are allowed.
    const four = `{ aiJobs(ids: ${quoted(ids)}) { id ...F ...F } } fragment F on AIJob { id status a: id ... on AIJob { b: id } }`;
    expect((await query(four)).errors).toBeUndefined();
    const { data, errors } = await query(four.replace('b: id', 'b: id c: id'));
    expect(data.aiJobs.filter(Boolean)).toHaveLength(8);
    expect(errors?.[0]?.message).toBe('response: expected at most 40 fields; got more');
  });

  it('leaves no rejection unhandled, which would end the process', async () => {
    const unhandled: unknown[] = [];
    const add = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', add);
    for (const maxResponseObjects of [6, 7, 8, 10, 11, 12]) {
      const { query } = await runningGateway({ limits: { maxResponseObjects } });
      for (const videoId of ['a', 'b', 'c', 'd']) {
        await query(SubmitAIJobDocument, { input: { videoId, types: ['VIDEO_TAG'] } });
      }
      const { errors } = await query(
        '{ aiSubmissions { edges { node { aiJobs { id } video { aiJobs { edges { node { id } } } } } } } }',
      );
      expect(codes(errors)).toEqual({ BAD_USER_INPUT: errors?.length });
      await setImmediate();
    }
    process.off('unhandledRejection', add);
    expect(unhandled).toEqual([]);
  });

  it('is new for each operation and each event of a subscription', async () => {
    const { query, emulator } = await runningGateway({ limits: { maxResponseObjects: 10 } });
    const ids = quoted(finishedJobs(emulator, 10));
    for (let round = 0; round < 2; round++) {
      expect((await query(`{ aiJobs(ids: ${ids}) { id } }`)).errors).toBeUndefined();
    }
  });
});

/** A job whose `data` has `characters` characters, half of which JSON escapes. */
function longJob({ emulator }: RunningGateway, characters: number): string {
  const unit = '{"Tag":"\u4e2d"},';
  emulator.jobs.addAIJob({ jobId: 'long', status: 'success', data: unit.repeat(characters / unit.length) });
  return 'long';
}

describe('the budget of transcripts', () => {
  it('serves other requests after each transcript', async () => {
    const limits = { maxUpstreamCalls: 1, maxLedgerReads: 1, maxEntities: 1, maxResponseObjects: 1 };
    const budget = new OperationBudget(
      { ...limits, maxResponseBytes: 1_024 },
      new ResponseMemory(2 ** 28),
      'caller',
    );
    const turns: string[] = [];
    const other = async () => {
      for (let request = 0; request < 2; request++) {
        await setImmediate();
        turns.push('other request');
      }
    };
    await Promise.all([
      other(),
      budget.readTranscript(1).then(() => turns.push('first transcript')),
      budget.readTranscript(1).then(() => turns.push('second transcript')),
    ]);
    expect(turns).toEqual(['other request', 'first transcript', 'other request', 'second transcript']);
  });
});

describe('the budget of bytes', () => {
  it('fails the values beyond it, and bounds the response with its errors', async () => {
    const maxResponseBytes = 256 * 1024;
    const gateway = await runningGateway({ limits: { maxResponseBytes } });
    const id = longJob(gateway, 20_000);
    const aliases = Array.from({ length: 30 }, (_, index) => `a${index}: aiJob(id: "${id}") { id data }`);
    const result = await gateway.query(`{ ${aliases.join(' ')} }`);
    const told = Object.values(result.data as Record<string, { id: string; data: string | null }>);
    const bytes = Buffer.byteLength(JSON.stringify(result));
    expect(told.map((job) => job.id)).toEqual(Array(30).fill(id));
    expect(told.filter(({ data }) => data !== null).length).toBeGreaterThanOrEqual(8);
    expect(bytes).toBeLessThanOrEqual(maxResponseBytes);
    expect(bytes).toBeGreaterThan(maxResponseBytes * 0.85);
    // A part of the budget is reserved for errors. The last one says how many did not fit.
    const listed = (result.errors?.length ?? 0) - 1;
    const omitted = Number.parseInt(result.errors?.at(-1)?.message ?? '', 10);
    expect(listed + omitted).toBe(told.filter(({ data }) => data === null).length);
    expect(result.errors?.[0]?.message).toBe(
      `response: expected at most ${maxResponseBytes} bytes; got more`,
    );
  });

  it('counts long aliases as often as they are written', async () => {
    const maxResponseBytes = 256 * 1024;
    const gateway = await runningGateway({ limits: { maxResponseBytes } });
    const ids = finishedJobs(gateway.emulator, 100);
    const alias = 'a'.repeat(20_000);
    const result = await gateway.query(`{ aiJobs(ids: ${quoted(ids)}) { id ${alias}: status } }`);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(maxResponseBytes);
    expect(result.data.aiJobs[0]).toEqual({ id: ids[0], [alias]: 'SUCCESS' });
    expect(result.data.aiJobs[99]).toBeNull();
  });

  it('counts the empty slots of lists', async () => {
    const maxResponseBytes = 16 * 1024;
    const { query } = await runningGateway({ limits: { maxResponseBytes } });
    const ids = Array.from({ length: 100 }, (_, index) => `unknown${index}`);
    const aliases = Array.from({ length: 50 }, (_, index) => `a${index}: aiJobs(ids: $ids) { id }`);
    const result = await query(`query ($ids: [ID!]!) { ${aliases.join(' ')} }`, { ids });
    // The field is not nullable, so nothing of the response is left.
    expect(result.data).toBeNull();
    expect(result.errors?.map(({ message }) => message)).toEqual([
      `response: expected at most ${maxResponseBytes} bytes; got more`,
    ]);
  });

  it('bounds the results of listed jobs that an operation holds', async () => {
    // The results may have five times as many bytes, estimated as four for each character.
    const { query, emulator } = await runningGateway({ limits: { maxResponseBytes: 64 * 1024 } });
    const ids = Array.from({ length: 10 }, (_, index) => `long-${index}`);
    const data = JSON.stringify({ categories: 'c'.repeat(40_000) });
    for (const jobId of ids) {
      emulator.jobs.addAIJob({ jobId, mediaId: 'v', status: 'success', data, createdAt: 0 });
    }
    await query(`{ aiJobs(ids: ${quoted(ids)}) { id } }`);
    const list = 'aiJobs(first: 10) { totalCount edges { node { id } } }';
    const count = async () =>
      (await query(`{ aiVideo(id: "v") { ${list} } }`)).data.aiVideo.aiJobs.totalCount;
    await expect.poll(count).toBe(10);

    const { data: listed, errors } = await query(`{ aiVideo(id: "v") { a: ${list} b: ${list} } }`);

    for (const page of [listed.aiVideo.a, listed.aiVideo.b]) {
      expect(page.edges.filter(({ node }: { node: object | null }) => node)).toHaveLength(2);
    }
    expect(errors?.[0]?.message).toBe(
      'ListAIJob was not sent: the operation holds as many results as it may',
    );
  });

  it('bounds the paths of errors', async () => {
    const maxResponseBytes = 256 * 1024;
    const { query } = await runningGateway({ limits: { maxResponseBytes } });
    const alias = 'a'.repeat(10_000);
    const representations = Array.from({ length: 500 }, () => ({ __typename: 'AIJob', id: 'not an id' }));
    const result = await query(
      `query ($representations: [_Any!]!) { ${alias}: _entities(representations: $representations) { __typename } }`,
      { representations },
    );
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(maxResponseBytes);
    expect(result.errors?.at(-1)?.message).toMatch(/^49\d further errors are not listed$/);
  });

  it('is close to the size of ordinary responses', async () => {
    const gateway = await runningGateway();
    const ids = finishedJobs(gateway.emulator, 20);
    const query = `{ aiJobs(ids: ${quoted(ids)}) { __typename id type status createdAt data video { id }
      result { __typename ... on VideoTagResult { keywords { tag timesMs } people { tag timesMs faceUrl }
        transcripts { durationMs sentences { startMs endMs text channel } } } } } }`;
    const { data, errors } = await gateway.query(query);
    expect(errors).toBeUndefined();
    const bytes = Buffer.byteLength(JSON.stringify({ data }));
    const limited = (factor: number) =>
      runningGateway({ limits: { maxResponseBytes: Math.ceil(bytes * factor) } });
    const tight = await limited(1.4);
    finishedJobs(tight.emulator, 20);
    expect((await tight.query(query)).errors).toBeUndefined();
    const short = await limited(1);
    finishedJobs(short.emulator, 20);
    expect((await short.query(query)).errors?.[0]?.message).toContain('bytes');
  });
});

describe('the budget of calls to VOD', () => {
  const chain = '{ aiVideo(id: "v") { dna { matches { video { id tags { keywords { tag } } } } } } }';

  function withMatches({ emulator }: RunningGateway, count: number): void {
    emulator.jobs.addAIJob({
      mediaId: 'v',
      type: 'AIMediaDNA',
      status: 'success',
      data: JSON.stringify({
        VideoDNA: Array.from({ length: count }, (_, index) => ({
          PrimaryKey: `v${index}`,
          Similarity: '0.9',
        })),
      }),
    });
  }

  it('holds whatever VOD returns', async () => {
    const gateway = await runningGateway({ limits: { maxUpstreamCalls: 10 } });
    withMatches(gateway, 30);
    const { data, errors } = await gateway.query(chain);
    expect(gateway.emulator.calls).toHaveLength(10);
    expect(data.aiVideo.dna.matches.map(({ video }: { video: { id: string } }) => video.id)).toHaveLength(30);
    expect(codes(errors)).toEqual({ BAD_USER_INPUT: 21 });
    expect(errors?.[0]?.path).toEqual(['aiVideo', 'dna', 'matches', 9, 'video', 'tags']);
    expect(errors?.[0]?.message).toBe(
      'GetAIVideoTagResult was not sent: the operation has used its calls to VOD',
    );
  });

  it('counts ten ids as one call, and cached jobs as none', async () => {
    const gateway = await runningGateway({ limits: { maxUpstreamCalls: 3 } });
    const ids = finishedJobs(gateway.emulator, 40);
    const all = await gateway.query(`{ aiJobs(ids: ${quoted(ids)}) { id } }`);
    expect(all.data.aiJobs.filter(Boolean)).toHaveLength(30);
    expect(codes(all.errors)).toEqual({ BAD_USER_INPUT: 10 });
    // The 30 jobs are final, so only the other ten are read.
    const again = await gateway.query(`{ aiJobs(ids: ${quoted(ids)}) { id } }`);
    expect(again.errors).toBeUndefined();
    expect(gateway.lookups.map(({ length }) => length)).toEqual([10, 10, 10, 10]);
  });

  it('lets a page of 25 federated videos read tags, DNA and covers', async () => {
    const gateway = await runningGateway();
    const { errors } = await gateway.query(
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) {
          ... on Video { tags { keywords { tag } } dna { matches { similarity } } aiImages { id } }
        }
      }`,
      {
        representations: Array.from({ length: 25 }, (_, index) => ({ __typename: 'Video', id: `v${index}` })),
      },
    );
    expect(errors).toBeUndefined();
    expect(gateway.emulator.calls).toHaveLength(75);
  });

  it('stops mutations before they are sent', async () => {
    const gateway = await runningGateway({ limits: { maxUpstreamCalls: 1 } });
    const ids = JSON.stringify(Array.from({ length: 11 }, (_, index) => `i${index}`));
    const { errors } = await gateway.query(
      `mutation { deleteAIImages(input: { ids: ${ids} }) { deletedIds } }`,
    );
    expect(errors).toMatchObject([{ message: 'operation: expected at most 1 calls to VOD; got more' }]);
    expect(gateway.emulator.calls).toEqual([]);
  });
});

describe('the budget of ledger reads', () => {
  it('counts only what is selected', async () => {
    const { query } = await runningGateway({ limits: { maxLedgerReads: 3 } });
    const aliases = ['a', 'b', 'c'].map((alias) => `${alias}: aiVideo(id: "v") { aiJobs { totalCount } }`);
    expect((await query(`{ ${aliases.join(' ')} }`)).errors).toBeUndefined();
  });

  it('counts pages and counts', async () => {
    const gateway = await runningGateway({ limits: { maxLedgerReads: 4 } });
    await gateway.query(SubmitAIJobDocument, { input: { videoId: 'v', types: ['VIDEO_TAG'] } });
    const { data, errors } = await gateway.query(
      '{ a: aiVideo(id: "v") { ...J } b: aiVideo(id: "w") { ...J } aiSubmissions { totalCount edges { cursor } } } fragment J on Video { aiJobs { totalCount edges { cursor } } }',
    );
    const lists = [data.a.aiJobs, data.b.aiJobs, data.aiSubmissions];
    const counts = lists.filter((list) => list && list.totalCount !== null);
    const pages = lists.filter((list) => list?.edges);
    expect(counts.length + pages.length).toBeLessThanOrEqual(4);
    expect(codes(errors)).toEqual({ BAD_USER_INPUT: errors?.length });
    expect(errors?.[0]?.message).toBe(
      'operation: expected at most 4 pages and counts of the ledger; got more',
    );
    expect(codes(errors)).toEqual({ BAD_USER_INPUT: errors?.length });
  });
});

describe('references', () => {
  it('are rejected beyond the limit before any is resolved, over all fields of an operation', async () => {
    const gateway = await runningGateway({ limits: { maxEntities: 4 } });
    const references = finishedJobs(gateway.emulator, 3).map((id) => ({ __typename: 'AIJob', id }));
    const entities = '_entities(representations: $representations) { __typename }';
    const one = await gateway.query(`query ($representations: [_Any!]!) { ${entities} }`, {
      representations: [...references, ...references],
    });
    expect(one.data).toBeNull();
    expect(one.errors).toMatchObject([
      {
        message: 'representations: expected at most 4 references in one operation; got 6',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(gateway.emulator.calls).toEqual([]);
    const two = await gateway.query(`query ($representations: [_Any!]!) { a: ${entities} b: ${entities} }`, {
      representations: references,
    });
    expect(two.errors?.[0]?.path).toEqual(['b']);
  });

  it('report a missing scope once per field of the document', async () => {
    const gateway = await closedGateway();
    const aliases = Array.from({ length: 40 }, (_, index) => `a${index}: aiJobs { totalCount }`);
    const { data, errors } = await queryAs(
      gateway,
      'nobody',
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Video { ${aliases.join(' ')} } } }`,
      {
        representations: Array.from({ length: 500 }, (_, index) => ({
          __typename: 'Video',
          id: `v${index}`,
        })),
      },
    );
    expect(codes(errors)).toEqual({ FORBIDDEN: 40 });
    expect(data._entities).toHaveLength(500);
    expect(Object.values(data._entities[499])).toEqual(Array(40).fill(null));
  });
});

describe('errors', () => {
  it('are limited to 1,000, and the last one says how many are left out', async () => {
    const { query } = await runningGateway({ limits: { maxEntities: 2_000 } });
    const representations = Array.from({ length: 1_500 }, () => ({ __typename: 'AIJob', id: 'a,b' }));
    const { data, errors } = await query(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
      { representations },
    );
    expect(data._entities).toHaveLength(1_500);
    expect(errors).toHaveLength(1_000);
    expect(errors?.at(-1)).toEqual({
      message: '501 further errors are not listed',
      extensions: { code: 'BAD_USER_INPUT', omitted: 501 },
    });
  });
});
