import { expect, it } from 'vitest';
import {
  AISubmissionsDocument,
  KnownAIImageJobsDocument,
  KnownAIJobsDocument,
  LatestAIJobDocument,
  SubmitAIImageJobDocument,
  SubmitAIJobDocument,
} from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

/** A gateway with these jobs, 1 s apart, on the videos `a` and `b` in turn. */
async function withJobs() {
  const gateway = await runningGateway();
  const { query, clock } = gateway;
  const tags: string[] = [];
  const dna: string[] = [];
  const images: string[] = [];
  const times: string[] = [];
  for (const videoId of ['a', 'b', 'a', 'b']) {
    times.push(new Date(clock.now()).toISOString());
    const { data } = await query(SubmitAIJobDocument, {
      input: { videoId, types: ['VIDEO_TAG', 'MEDIA_DNA'] },
    });
    for (const { id, type } of data.submitAIJob.jobs ?? []) (type === 'VIDEO_TAG' ? tags : dna).push(id);
    const image = await query(SubmitAIImageJobDocument, { input: { videoId, templateId: 't' } });
    images.push(image.data.submitAIImageJob.job?.id ?? '');
    clock.advance(1_000);
  }
  const known = async (variables: object) => {
    const { data, errors } = await query(KnownAIJobsDocument, variables);
    expect(errors).toBeUndefined();
    return data.knownAIJobs;
  };
  return { gateway, tags, dna, images, times, known };
}

function idsOf(list: { edges: { node: { id: string } }[] }): string[] {
  return list.edges.map(({ node }) => node.id);
}

it('Query.knownAIJobs lists the jobs of all videos, in pages from both ends', async () => {
  const filter = { type: ['VIDEO_TAG'] };
  const { tags, known } = await withJobs();
  const newest = tags.toReversed();
  const first = await known({ filter, first: 3 });
  expect(idsOf(first)).toEqual(newest.slice(0, 3));
  expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  const second = await known({ filter, first: 3, after: first.pageInfo.endCursor });
  expect(idsOf(second)).toEqual(newest.slice(3));
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const oldest = await known({ filter, last: 2 });
  expect(idsOf(oldest)).toEqual(newest.slice(2));
  expect(idsOf(await known({ filter, last: 2, before: oldest.pageInfo.startCursor }))).toEqual(
    newest.slice(0, 2),
  );
});

it('Query.knownAIJobs filters by type, video, time and state', async () => {
  const { tags, dna, times, known } = await withJobs();
  const all = await known({});
  expect(all.totalCount).toBe(8);
  expect(new Set(idsOf(all))).toEqual(new Set([...tags, ...dna]));
  expect(idsOf(await known({ filter: { type: ['MEDIA_DNA'], videoId: 'b' } }))).toEqual([dna[3], dna[1]]);
  const between = { type: ['VIDEO_TAG'], createdAfter: times[1], createdBefore: times[3] };
  expect(idsOf(await known({ filter: between }))).toEqual([tags[2], tags[1]]);
  // The emulator's jobs succeed after a few seconds, and the reads above recorded it.
  const final = await known({ filter: { status: ['SUCCESS', 'FAIL'] } });
  const unfinished = await known({ filter: { status: ['INIT', 'PROCESSING'] } });
  expect(final.edges.map(({ node }) => node.status)).toEqual(final.edges.map(() => 'SUCCESS'));
  expect(final.totalCount).toBeGreaterThan(0);
  expect(unfinished.totalCount).toBe(8 - (final.totalCount ?? 0));
  expect((await known({ filter: { status: [] } })).totalCount).toBe(0);
  expect((await known({ filter: null })).totalCount).toBe(8);
});

it('a filter rejects a video id that cannot exist, and names the field', async () => {
  const { gateway } = await withJobs();
  const { errors } = await gateway.query(KnownAIJobsDocument, { filter: { videoId: '' } });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(JSON.stringify(errors)).toContain('filter.videoId');
});

it('Query.knownAIImageJobs lists image jobs', async () => {
  const { gateway, images } = await withJobs();
  const { data } = await gateway.query(KnownAIImageJobsDocument, { filter: { videoId: 'a' }, first: 5 });
  expect(idsOf(data.knownAIImageJobs)).toEqual([images[2], images[0]]);
});

it('Query.aiSubmissions filters by kind, state, video and time', async () => {
  const { gateway, times } = await withJobs();
  const count = async (filter: object) =>
    (await gateway.query(AISubmissionsDocument, { filter })).data.aiSubmissions.totalCount;
  expect(await count({})).toBe(8);
  expect(await count({ kind: ['IMAGE'] })).toBe(4);
  expect(await count({ kind: ['IMAGE'], videoId: 'a' })).toBe(2);
  expect(await count({ state: ['MADE'], submittedAfter: times[2] })).toBe(4);
  expect(await count({ state: ['UNKNOWN', 'REFUSED'] })).toBe(0);
  const { data } = await gateway.query(AISubmissionsDocument, { filter: { kind: ['AI'] }, last: 1 });
  expect(data.aiSubmissions.edges[0]?.node).toMatchObject({ kind: 'AI', video: { id: 'a' } });
  expect(data.aiSubmissions.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

it('Video.latestAIJob is the last job of its type, or null', async () => {
  const { gateway, tags, dna } = await withJobs();
  const latest = async (id: string, type: 'VIDEO_TAG' | 'MEDIA_DNA') =>
    (await gateway.query(LatestAIJobDocument, { id, type })).data.aiVideo.latestAIJob?.id ?? null;
  expect(await latest('a', 'VIDEO_TAG')).toBe(tags[2]);
  expect(await latest('b', 'MEDIA_DNA')).toBe(dna[3]);
  expect(await latest('c', 'VIDEO_TAG')).toBeNull();
});
