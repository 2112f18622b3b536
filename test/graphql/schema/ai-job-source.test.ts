import { describe, expect, it } from 'vitest';
import { SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

const page = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $type: AIJobType, $status: AIJobStatus) {
  aiVideo(id: $id) {
    aiJobs(source: VOD, first: $first, after: $after, last: $last, before: $before, type: $type, status: $status) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id type status } }
    }
  }
}`;
const entities = `query ($videos: [_Any!]!) {
  _entities(representations: $videos) { ... on Video { id aiJobs(source: VOD) { edges { node { id status } } } } }
}`;

const listOf = (result: { readonly data: { readonly aiVideo: { readonly aiJobs: unknown } } }) =>
  result.data.aiVideo.aiJobs as {
    readonly totalCount: number;
    readonly pageInfo: {
      hasNextPage: boolean;
      hasPreviousPage: boolean;
      startCursor: string;
      endCursor: string;
    };
    readonly edges: readonly { readonly node: { id: string; type: string; status: string } | null }[];
  };
const idsOf = (result: Parameters<typeof listOf>[0]) => listOf(result).edges.map(({ node }) => node?.id);

type Gateway = Awaited<ReturnType<typeof runningGateway>>;
const actionsOf = ({ emulator }: Gateway) => emulator.calls.map(({ action }) => action);

/** Adds jobs that somebody else submitted: `a` is the newest. */
function othersJobs({ emulator, clock }: Gateway, ids: readonly string[], status?: string) {
  for (const [index, jobId] of ids.entries()) {
    const createdAt = clock.now() - (index + 1) * 60_000;
    emulator.jobs.addAIJob({ jobId, mediaId: 'v', createdAt, ...(status !== undefined && { status }) });
  }
}

describe('Video.aiJobs(source: VOD)', () => {
  it('lists the jobs that others submitted together with those of the gateway, newest first', async () => {
    const gateway = await runningGateway();
    const { query } = gateway;
    othersJobs(gateway, ['a', 'b'], 'success');
    const { data } = await query(SubmitAIJobDocument, { input: { videoId: 'v', types: ['MEDIA_DNA'] } });
    const own = data.submitAIJob.jobs?.[0]?.id;

    const all = await query(page, { id: 'v' });

    expect(idsOf(all)).toEqual([own, 'a', 'b']);
    expect(listOf(all).totalCount).toBe(3);
    expect(actionsOf(gateway)).toEqual(['SubmitAIJob', 'ListJobInfo', 'ListAIJob', 'ListAIJob']);
    expect(idsOf(await query(page, { id: 'v', type: 'VIDEO_TAG' }))).toEqual(['a', 'b']);
    expect(idsOf(await query(page, { id: 'v', status: 'INIT' }))).toEqual([own]);
  });

  it('makes no call to VOD without it', async () => {
    const gateway = await runningGateway();
    othersJobs(gateway, ['a'], 'success');
    const { data } = await gateway.query(
      '{ aiVideo(id: "v") { aiJobs { totalCount edges { node { id } } } } }',
    );
    expect(data.aiVideo.aiJobs).toEqual({ totalCount: 0, edges: [] });
    expect(gateway.emulator.calls).toEqual([]);
  });

  it.each(['success', 'processing'])('pages in both directions over jobs that are %s', async (status) => {
    const gateway = await runningGateway();
    const ids = Array.from({ length: 25 }, (_, index) => `job-${String(index).padStart(2, '0')}`);
    othersJobs(gateway, ids, status);

    const seen: unknown[] = [];
    let after: string | undefined;
    for (let turn = 0; turn < 4; turn++) {
      const result = await gateway.query(page, { id: 'v', first: 10, after });
      seen.push(...idsOf(result));
      after = listOf(result).pageInfo.endCursor;
      if (!listOf(result).pageInfo.hasNextPage) break;
      // What was final is in the ledger by now, and the list is asked for again.
      gateway.clock.advance(4_000);
    }
    expect(seen).toEqual(ids);
    const last = await gateway.query(page, { id: 'v', last: 2, before: after });
    expect(idsOf(last)).toEqual(ids.slice(-3, -1));
    expect(listOf(last).pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it('keeps what is final in the ledger: it is not read again', async () => {
    const gateway = await runningGateway();
    othersJobs(gateway, ['a', 'b'], 'success');
    await gateway.query(page, { id: 'v' });
    await expect.poll(() => gateway.ledger.countJobs({ kind: 'AI' })).toBe(2);

    const again = await gateway.query(page, { id: 'v' });

    expect(idsOf(again)).toEqual(['a', 'b']);
    expect(listOf(again).totalCount).toBe(2);
    // The list itself was asked for less than three seconds ago.
    expect(actionsOf(gateway)).toEqual(['ListJobInfo', 'ListAIJob']);
    gateway.clock.advance(3_001);
    await gateway.query(page, { id: 'v' });
    expect(actionsOf(gateway)).toEqual(['ListJobInfo', 'ListAIJob', 'ListJobInfo']);
  });

  it('asks VOD once for each of 25 videos, and once for callers that ask at the same time', async () => {
    const gateway = await runningGateway();
    const videos = Array.from({ length: 25 }, (_, index) => ({ __typename: 'Video', id: `video-${index}` }));
    for (const { id } of videos)
      gateway.emulator.jobs.addAIJob({ jobId: `of-${id}`, mediaId: id, status: 'success' });

    const [first, second] = await Promise.all([
      gateway.query(entities, { videos }),
      gateway.query(entities, { videos }),
    ]);

    expect(first.errors).toBeUndefined();
    expect(second.data).toEqual(first.data);
    expect(first.data._entities[24]).toMatchObject({ aiJobs: { edges: [{ node: { id: 'of-video-24' } }] } });
    const calls = Map.groupBy(actionsOf(gateway), (action) => action);
    expect(calls.get('ListJobInfo')).toHaveLength(25);
    // The videos are listed one after the other, so that ten jobs a call is the best case.
    expect(calls.get('ListAIJob')?.length).toBeLessThanOrEqual(25);
  });

  it("counts in the operation's calls: the videos beyond it have an error", async () => {
    const gateway = await runningGateway({ limits: { maxUpstreamCalls: 3 } });
    const videos = Array.from({ length: 5 }, (_, index) => ({ __typename: 'Video', id: `video-${index}` }));

    const { data, errors } = await gateway.query(entities, { videos });

    expect(data._entities.slice(0, 3)).toMatchObject(Array(3).fill({ aiJobs: { edges: [] } }));
    expect(errors?.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual([
      [3, 'BAD_USER_INPUT'],
      [4, 'BAD_USER_INPUT'],
    ]);
    expect(gateway.emulator.calls).toHaveLength(3);
  });

  it('fails for one video whose list cannot be read, and for no other', async () => {
    const gateway = await runningGateway();
    gateway.emulator.faults.add({ kind: 'html', when: 'bad' });
    gateway.emulator.jobs.addAIJob({ jobId: 'good', mediaId: 'video', status: 'success' });
    const videos = ['video', 'bad', 'missing'].map((id) => ({ __typename: 'Video', id }));

    const { data, errors } = await gateway.query(entities, { videos });

    expect(data._entities.map((video: { aiJobs: unknown } | null) => video?.aiJobs)).toEqual([
      { edges: [{ node: { id: 'good', status: 'SUCCESS' } }] },
      null,
      { edges: [] },
    ]);
    expect(errors).toMatchObject([
      { path: ['_entities', 1, 'aiJobs', 'edges'], extensions: { upstream: { action: 'ListJobInfo' } } },
    ]);
  });

  it('leaves out listed jobs that ListAIJob does not know, and reviews', async () => {
    const gateway = await runningGateway();
    othersJobs(gateway, ['tag', 'review'], 'success');
    const { jobs } = gateway.emulator;
    const find = jobs.findAIJob.bind(jobs);
    gateway.emulator.jobs.findAIJob = (id) => (id === 'review' ? undefined : find(id));

    const result = await gateway.query(page, { id: 'v' });

    expect(idsOf(result)).toEqual(['tag']);
    expect(listOf(result).totalCount).toBe(1);
  });

  it('has an error in the place of a job that cannot be read', async () => {
    const gateway = await runningGateway();
    othersJobs(gateway, ['a', 'b'], 'success');
    gateway.emulator.faults.add({ kind: 'html', when: 'b' });

    const { data, errors } = await gateway.query(page, { id: 'v' });

    expect(idsOf({ data })).toEqual(['a', undefined]);
    expect(errors).toMatchObject([{ path: ['aiVideo', 'aiJobs', 'edges', 1, 'node'] }]);
  });
});
