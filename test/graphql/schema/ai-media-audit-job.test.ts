import { describe, expect, it } from 'vitest';
import {
  AIMediaAuditJobDocument,
  DeleteMediaDNADocument,
  SubmitAIImageAuditJobDocument,
  SubmitAIMediaAuditJobDocument,
  VideoAuditDocument,
} from '../../../schema/generated/graphql.ts';
import type { Emulator } from '../../../src/emulator/server.ts';
import { runningGateway } from '../../support/running-gateway.ts';

function reviewed(emulator: Emulator, ...jobIds: string[]): void {
  for (const jobId of jobIds) {
    emulator.jobs.addAIJob({ jobId, mediaId: `video-${jobId}`, type: 'AIMediaAudit', status: 'success' });
  }
}

/** The ids of the reads that VOD received. */
function reads({ calls }: Emulator): (string | undefined)[] {
  return calls
    .filter(({ action }) => action === 'GetAIMediaAuditJob')
    .map(({ parameters }) => parameters.JobId);
}

const byIds = 'query ($ids: [ID!]!) { aiMediaAuditJobs(ids: $ids) { id status } }';

describe('a review job', () => {
  it('is submitted, followed by the ledger, and read with its result', async () => {
    const { query, emulator, clock } = await runningGateway();
    const { data } = await query(SubmitAIMediaAuditJobDocument, {
      input: { videoId: 'v', userData: { extend: { mine: 1 } } },
    });
    const { job, submission } = data.submitAIMediaAuditJob;
    expect(job?.status).toBe('INIT');
    expect(submission?.state).toBe('MADE');
    clock.advance(60_000);
    const read = await query(AIMediaAuditJobDocument, { id: job?.id ?? '' });
    expect(read.errors).toBeUndefined();
    expect(read.data.aiMediaAuditJob).toMatchObject({
      status: 'SUCCESS',
      video: { id: 'v' },
      failure: null,
      result: { suggestion: expect.stringMatching(/^(PASS|REVIEW|BLOCK)$/), images: [{ type: 'cover' }] },
      data: expect.stringMatching(/^\{/),
    });
    const lists = await query(`{
      knownAIMediaAuditJobs(filter: { videoId: "v" }) { totalCount edges { node { id } } }
      aiVideo(id: "v") { aiMediaAuditJobs { totalCount edges { node { id status } } } aiJobs { totalCount } }
      aiSubmissions(filter: { kind: [MEDIA_AUDIT] }) { edges { node { kind aiMediaAuditJobs { id } aiJobs { id } } } }
    }`);
    const edges = [{ node: { id: job?.id } }];
    expect(lists.data).toMatchObject({
      knownAIMediaAuditJobs: { totalCount: 1, edges },
      aiVideo: { aiMediaAuditJobs: { totalCount: 1, edges }, aiJobs: { totalCount: 0 } },
      aiSubmissions: {
        edges: [{ node: { kind: 'MEDIA_AUDIT', aiMediaAuditJobs: [{ id: job?.id }], aiJobs: [] } }],
      },
    });
    expect(emulator.jobs.submittedMediaAuditJobs).toHaveLength(1);
  });

  it('is read in a call of its own, once when it is final, and joined by concurrent requests', async () => {
    const { query, emulator } = await runningGateway();
    reviewed(emulator, 'a', 'b', 'c');
    const [first] = await Promise.all([
      query(byIds, { ids: ['a', 'b', 'a'] }),
      query(byIds, { ids: ['b', 'c'] }),
    ]);
    await query(byIds, { ids: ['a', 'b', 'c'] });
    expect(first.data.aiMediaAuditJobs).toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'a' }]);
    expect(reads(emulator).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('that VOD rejects fails alone, and unknown ones are null', async () => {
    const { query, emulator } = await runningGateway();
    reviewed(emulator, 'a', 'b');
    emulator.faults.add({ kind: 'unavailable', when: ({ parameters }) => parameters.JobId === 'bad' });
    const ids = ['a', 'bad', 'unknown-0', 'unknown-1', 'unknown-2', 'b'];
    const { data, errors } = await query(byIds, { ids });
    expect(data.aiMediaAuditJobs.map((job: { id: string } | null) => job?.id ?? null)).toEqual([
      'a',
      null,
      null,
      null,
      null,
      'b',
    ]);
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['aiMediaAuditJobs', 1], 'UPSTREAM_UNAVAILABLE'],
    ]);
    expect(new Set(reads(emulator)).size).toBe(6);
  });

  it('takes one call to VOD from the budget', async () => {
    const { query, emulator } = await runningGateway({ limits: { maxUpstreamCalls: 2 } });
    reviewed(emulator, 'a', 'b', 'c');
    const { data, errors } = await query(byIds, { ids: ['a', 'b', 'c'] });
    expect(data.aiMediaAuditJobs.filter(Boolean)).toHaveLength(2);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(reads(emulator)).toHaveLength(2);
  });

  it('is submitted once under an idempotency key, for a video or an image', async () => {
    const { query, emulator } = await runningGateway();
    const input = { videoId: 'm', templateId: 't', idempotencyKey: 'key' };
    const first = await query(SubmitAIMediaAuditJobDocument, { input });
    expect(await query(SubmitAIMediaAuditJobDocument, { input })).toEqual(first);
    const image = { imageId: 'm', templateId: 't', idempotencyKey: 'key' };
    const reused = await query(SubmitAIImageAuditJobDocument, { input: image });
    expect(reused.data.submitAIImageAuditJob.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    const other = { ...image, idempotencyKey: 'other' };
    const submitted = await query(SubmitAIImageAuditJobDocument, { input: other });
    expect(await query(SubmitAIImageAuditJobDocument, { input: other })).toEqual(submitted);
    expect(emulator.jobs.submittedMediaAuditJobs.map(({ isImage }) => isImage)).toEqual([false, true]);
  });

  it.each([
    [{ videoId: 'a,b' }, ['videoId']],
    [{ videoId: 'v', templateId: '' }, ['templateId']],
    [{ videoId: 'v', resourceType: 'a b' }, ['resourceType']],
    [{ videoId: 'v', userData: {} }, ['userData']],
  ])('is not sent with %j', async (input, field) => {
    const { query, emulator } = await runningGateway();
    const { data } = await query(SubmitAIMediaAuditJobDocument, { input });
    expect(data.submitAIMediaAuditJob.userErrors).toMatchObject([{ code: 'INVALID_INPUT', field }]);
    expect(emulator.calls).toEqual([]);
  });

  it('is not sent in a region without automated review', async () => {
    const { query } = await runningGateway({ region: 'eu-central-1' });
    const { data } = await query(SubmitAIMediaAuditJobDocument, { input: { videoId: 'v' } });
    expect(data.submitAIMediaAuditJob.userErrors).toMatchObject([{ code: 'UNSUPPORTED_IN_REGION' }]);
  });

  it('is waited for', async () => {
    const { app, query, emulator, clock } = await runningGateway();
    emulator.jobs.addAIJob({ jobId: 'slow', mediaId: 'v', type: 'AIMediaAudit', createdAt: clock.now() });
    const response = query('{ aiMediaAuditJob(id: "slow", waitMs: 50000) { status } }');
    await expect.poll(async () => (await app.metrics.text()).body).toMatch(/^subscriptions_active 1$/m);
    clock.advance(10_000);
    expect((await response).data.aiMediaAuditJob.status).toBe('SUCCESS');
  });
});

describe('the review of a video', () => {
  it('is read with its times, frames and speech', async () => {
    const { query, emulator } = await runningGateway();
    reviewed(emulator, 'a');
    const { data, errors } = await query(VideoAuditDocument, { id: 'video-a', speechPage: 1 });
    expect(errors).toBeUndefined();
    expect(data.aiVideo).toMatchObject({
      auditResult: { suggestion: expect.any(String) },
      auditTimeline: { porn: expect.any(Array) },
      auditDetails: { totalCount: expect.any(Number) },
      auditSpeech: { page: 1, pageCount: expect.any(Number) },
    });
  });

  it('is null for a video that was not reviewed or does not exist', async () => {
    const { query } = await runningGateway();
    for (const id of ['v', 'w', 'x', 'y', 'missing']) {
      const { data, errors } = await query(VideoAuditDocument, { id });
      expect(errors).toBeUndefined();
      expect(data.aiVideo).toEqual({
        id,
        auditResult: null,
        auditTimeline: null,
        auditDetails: null,
        auditSpeech: null,
      });
    }
  });

  it.each([0, -1])('has no page %i', async (page) => {
    const { query, emulator } = await runningGateway();
    const { errors } = await query(
      'query ($page: Int) { aiVideo(id: "v") { auditDetails(page: $page) { totalCount } auditSpeech(page: $page) { page } } }',
      { page },
    );
    expect(errors?.map(({ extensions }) => extensions.problems?.[0]?.field)).toEqual(['page', 'page']);
    expect(emulator.calls).toEqual([]);
  });

  it('asks VOD for any page that an Int can name', async () => {
    const { query, emulator } = await runningGateway();
    const { errors } = await query(
      '{ aiVideo(id: "v") { auditDetails(page: 2147483647) { totalCount } auditSpeech(page: 2147483647) { page } } }',
    );
    expect(errors).toBeUndefined();
    expect(emulator.calls).toHaveLength(2);
  });
});

describe('deleteMediaDNA', () => {
  it('succeeds when VOD accepts the deletion', async () => {
    const { query, emulator } = await runningGateway();
    const { data } = await query(DeleteMediaDNADocument, { input: { videoId: 'v' } });
    expect(data.deleteMediaDNA).toMatchObject({
      videoId: 'v',
      userErrors: [],
      requestId: expect.any(String),
    });
    expect(emulator.jobs.deletedMediaDNA).toEqual(['v']);
  });

  it.each([
    ['missing', 'REJECTED_BY_VOD'],
    ['a,b', 'INVALID_INPUT'],
  ])('of %s has a user error', async (videoId, code) => {
    const { query } = await runningGateway();
    const { data } = await query(DeleteMediaDNADocument, { input: { videoId } });
    expect(data.deleteMediaDNA).toMatchObject({ videoId: null, userErrors: [{ code }] });
  });
});
