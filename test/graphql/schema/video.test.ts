import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

const page = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $type: AIJobType, $status: AIJobStatus) {
  aiVideo(id: $id) {
    id
    aiJobs(first: $first, after: $after, last: $last, before: $before, type: $type, status: $status) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id type status video { id } } }
    }
  }
}`;

/** A gateway with `count` submissions of one video, made one after the other, and the ids of their jobs, newest first. */
async function submitted(count: number) {
  const gateway = await runningGateway();
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { data } = await gateway.query(SubmitAIJobDocument, {
      input: { videoId: 'v', types: ['VIDEO_TAG'] },
    });
    ids.unshift(data.submitAIJob.jobs?.[0]?.id ?? '');
    // All submissions take less than three seconds, so that the watcher does not read the jobs again.
    gateway.clock.advance(100);
  }
  // Not spread: `lookups` is a getter.
  return { gateway, ids };
}

describe('Video.aiJobs', () => {
  it('lists the submitted jobs, newest first, page by page in both directions', async () => {
    const { gateway, ids } = await submitted(5);
    const { query } = gateway;
    const idsOf = (result: { data: { aiVideo: { aiJobs: { edges: { node: { id: string } }[] } } } }) =>
      result.data.aiVideo.aiJobs.edges.map(({ node }) => node.id);

    const first = await query(page, { id: 'v', first: 2 });
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    const { pageInfo, totalCount } = first.data.aiVideo.aiJobs;
    expect(totalCount).toBe(5);
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });

    const second = await query(page, { id: 'v', first: 2, after: pageInfo.endCursor });
    expect(idsOf(second)).toEqual(ids.slice(2, 4));
    expect(second.data.aiVideo.aiJobs.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });

    const third = await query(page, {
      id: 'v',
      first: 2,
      after: second.data.aiVideo.aiJobs.pageInfo.endCursor,
    });
    expect(idsOf(third)).toEqual(ids.slice(4));
    expect(third.data.aiVideo.aiJobs.pageInfo.hasNextPage).toBe(false);

    const oldest = await query(page, { id: 'v', last: 2 });
    expect(idsOf(oldest)).toEqual(ids.slice(3));
    expect(oldest.data.aiVideo.aiJobs.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const back = await query(page, {
      id: 'v',
      last: 2,
      before: oldest.data.aiVideo.aiJobs.pageInfo.startCursor,
    });
    expect(idsOf(back)).toEqual(ids.slice(1, 3));
  });

  it('reads unfinished jobs from VOD in batches of ten, and final jobs from the ledger without a call', async () => {
    const { gateway } = await submitted(12);
    const { query, clock } = gateway;
    const lookups = () => gateway.lookups.map((batch) => batch.length);

    const fresh = await query(page, { id: 'v' });
    expect(fresh.data.aiVideo.aiJobs.edges[0].node.status).toBe('INIT');
    expect(lookups()).toEqual([10, 2]);
    clock.advance(60_000);
    await query(page, { id: 'v' });
    const before = lookups().length;

    const again = await query(page, { id: 'v' });

    expect(lookups()).toHaveLength(before);
    for (const { node } of again.data.aiVideo.aiJobs.edges) expect(node.status).toBe('SUCCESS');
  });

  it('filters by type, and by the status that the gateway last read', async () => {
    const { query, clock } = await runningGateway();
    await query(SubmitAIJobDocument, { input: { videoId: 'v', types: ['VIDEO_TAG', 'MEDIA_DNA'] } });
    await query(SubmitAIJobDocument, { input: { videoId: 'other', types: ['VIDEO_TAG'] } });

    const dna = await query(page, { id: 'v', type: 'MEDIA_DNA' });
    expect(dna.data.aiVideo.aiJobs.edges.map(({ node }: { node: { type: string } }) => node.type)).toEqual([
      'MEDIA_DNA',
    ]);
    expect(dna.data.aiVideo.aiJobs.totalCount).toBe(1);
    const done = await query(page, { id: 'v', status: 'SUCCESS' });
    expect(done.data.aiVideo.aiJobs.edges).toEqual([]);
    expect(done.data.aiVideo.aiJobs.pageInfo).toMatchObject({ startCursor: null, endCursor: null });

    clock.advance(60_000);
    await query(page, { id: 'v' });
    await expect
      .poll(async () => (await query(page, { id: 'v', status: 'SUCCESS' })).data.aiVideo.aiJobs.totalCount)
      .toBe(2);
  });

  it('refuses sizes, mixtures and cursors that make no page', async () => {
    const { query } = await runningGateway();
    for (const variables of [
      { first: 0 },
      { first: 101 },
      { last: -1 },
      { first: 1, last: 1 },
      { after: 'nonsense' },
      { before: 'bm90IGpzb24' },
    ]) {
      const { errors } = await query(page, { id: 'v', ...variables });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
  });

  it('lists the jobs of many videos, resolved as entities, in one ledger statement', async () => {
    const { query, ledger } = await runningGateway();
    for (const videoId of ['a', 'b', 'c']) {
      await query(SubmitAIJobDocument, { input: { videoId, types: ['VIDEO_TAG'] } });
    }
    const statements: number[] = [];
    const videoJobs = ledger.videoJobs.bind(ledger);
    ledger.videoJobs = (queries) => {
      statements.push(queries.length);
      return videoJobs(queries);
    };

    const { data, errors } = await query(
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Video { id aiJobs(first: 1) { edges { node { video { id } } } } } }
      }`,
      { representations: ['a', 'b', 'none', 'c'].map((id) => ({ __typename: 'Video', id })) },
    );

    expect(errors).toBeUndefined();
    expect(
      data._entities.map((video: { aiJobs: { edges: { node: { video: { id: string } } }[] } }) =>
        video.aiJobs.edges.map(({ node }) => node.video.id),
      ),
    ).toEqual([['a'], ['b'], [], ['c']]);
    expect(statements).toEqual([4]);
  });
});

it('a restarted gateway returns final jobs without calling VOD', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  try {
    const before = await runningGateway({ dataDir });
    before.emulator.jobs.addAIJob({ jobId: 'final', createdAt: 0, mediaId: 'v' });
    const read = '{ aiJob(id: "final") { status createdAt result { __typename } video { id } } }';
    const first = await before.query(read);
    await before.app.close();

    const after = await runningGateway({ dataDir });
    expect(await after.query(read)).toEqual(first);
    expect(after.emulator.calls).toHaveLength(0);
    expect(
      (await after.query('{ aiVideo(id: "v") { aiJobs { totalCount } } }')).data.aiVideo.aiJobs.totalCount,
    ).toBe(1);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
