import { describe, expect, it } from 'vitest';
import { AIImageJobsDocument, AIJobsDocument } from '../../../schema/generated/graphql.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';

describe('aiJobs', () => {
  it('reads 25 ids in exactly three calls of 10, 10 and 5, each id once', async () => {
    const { query, emulator, lookups } = await gatewayWithLookups();
    const ids = finishedJobs(emulator, 25);

    const { data, errors } = await query(AIJobsDocument, { ids });

    expect(errors).toBeUndefined();
    expect(data.aiJobs.map((job) => job?.id)).toEqual(ids);
    expect(lookups().map((batch) => batch.length)).toEqual([10, 10, 5]);
    expect(lookups().flat().toSorted()).toEqual(ids.toSorted());
  });

  it('returns null for an unknown id, and the jobs before and after it', async () => {
    const { query, emulator } = await gatewayWithLookups();
    finishedJobs(emulator, 2);

    const { data, errors } = await query(AIJobsDocument, { ids: ['job-0', 'no-such-job', 'job-1'] });

    expect(errors).toBeUndefined();
    expect(data.aiJobs.map((job) => job?.id)).toEqual(['job-0', undefined, 'job-1']);
    expect(data.aiJobs[1]).toBeNull();
  });

  it('looks up an id once, even if several fields and lists ask for it', async () => {
    const { query, emulator, lookups } = await gatewayWithLookups();
    finishedJobs(emulator, 2);

    const { data } = await query(
      `query ($ids: [ID!]!) {
        a: aiJob(id: "job-0") { status }
        b: aiJob(id: "job-0") { status createdAt }
        c: aiJobs(ids: $ids) { id }
        d: aiJobs(ids: $ids) { id }
      }`,
      { ids: ['job-1', 'job-0', 'job-1'] },
    );

    expect(data.c).toEqual([{ id: 'job-1' }, { id: 'job-0' }, { id: 'job-1' }]);
    expect(data.a.status).toBe('SUCCESS');
    expect(lookups()).toEqual([['job-0', 'job-1']]);
  });

  it('returns 24 jobs, and one null with an error, if one of the ids spoils its call', async () => {
    const { query, emulator, lookups } = await gatewayWithLookups();
    const ids = finishedJobs(emulator, 25);
    emulator.faults.add({ kind: 'html', status: 200, when: 'job-10' });

    const { data, errors = [] } = await query(AIJobsDocument, { ids });

    expect(data.aiJobs.map((job) => job?.id ?? null)).toEqual(
      ids.map((id, index) => (index === 10 ? null : id)),
    );
    expect(errors).toMatchObject([
      { path: ['aiJobs', 10], extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } },
    ]);
    expect(lookups()).toHaveLength(3 + 7);
  });

  it('rejects invalid ids and more than 100 ids before anything is sent, naming each invalid id', async () => {
    const { query, emulator } = await gatewayWithLookups();

    const invalid = await query(AIJobsDocument, {
      ids: ['good', 'a,b', '', 'x'.repeat(65), 'a b', 'a\u0007b'],
    });
    expect(invalid.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(invalid.errors?.[0]?.extensions.problems?.map(({ field }) => field)).toEqual([
      'ids.1',
      'ids.2',
      'ids.3',
      'ids.4',
      'ids.5',
    ]);
    const tooMany = await query(AIJobsDocument, {
      ids: Array.from({ length: 101 }, (_, index) => `job-${index}`),
    });
    expect(tooMany.errors?.[0]?.message).toBe('ids: expected at most 100 ids; got 101');
    const one = await query('{ aiJob(id: "a,b") { id } }');
    expect(one.data).toEqual({ aiJob: null });
    expect(one.errors?.[0]?.message).toContain('id: expected 1 to 64 characters without commas');
    expect(emulator.calls).toHaveLength(0);
  });

  it('accepts 100 ids, and ids of 64 characters in any script', async () => {
    const { query, lookups } = await gatewayWithLookups();
    const ids = Array.from({ length: 100 }, (_, index) => '作'.repeat(60) + String(index).padStart(4, '0'));

    const { data, errors } = await query(AIJobsDocument, { ids });

    expect(errors).toBeUndefined();
    expect(data.aiJobs).toEqual(ids.map(() => null));
    expect(lookups()).toHaveLength(10);
  });
});

describe('aiImageJobs', () => {
  it('reads ids in batches of ten, with null for ids that VOD’s response lacks', async () => {
    const { query, emulator, lookups } = await gatewayWithLookups();
    const ids = Array.from({ length: 12 }, (_, index) => `cover-${index}`);
    for (const jobId of ids) {
      emulator.jobs.addAIImageJob({ jobId, videoId: 'v', createdAt: 0, userData: '{"Extend":{"a":1}}' });
    }

    const { data, errors } = await query(AIImageJobsDocument, { ids: [...ids, 'no-such-job'] });

    expect(errors).toBeUndefined();
    expect(data.aiImageJobs.map((job) => job?.id ?? null)).toEqual([...ids, null]);
    expect(data.aiImageJobs[0]).toMatchObject({
      status: 'SUCCESS',
      video: { id: 'v' },
      userData: { Extend: { a: 1 } },
      createdAt: '1970-01-01T00:00:00.000Z',
    });
    expect(data.aiImageJobs[0]?.images?.[0]).toEqual({ url: expect.any(String), score: expect.any(Number) });
    expect(lookups().map((batch) => batch.length)).toEqual([10, 3]);
  });
});

async function gatewayWithLookups() {
  const gateway = await runningGateway();
  return { query: gateway.query, emulator: gateway.emulator, lookups: () => gateway.lookups };
}
