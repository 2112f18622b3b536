import { describe, expect, it } from 'vitest';
import type { AIJob, AIJobType } from '../../../src/domain/job.ts';
import { decide, type Evidence } from '../../../src/jobs/submit/settlement.ts';
import { submittedAIJob } from '../../../src/vod/ai-jobs.ts';
import type { JobDetail, JobTrigger } from '../../../src/vod/job-info.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** VOD's time. The submission was sent two hours ago, and VOD was asked first an hour ago. */
const NOW = Date.parse('2026-01-02T03:04:05Z');
const SENT = NOW - 2 * HOUR;

interface Listed {
  readonly id: string;
  /** Milliseconds after the call. `null`: not known. */
  readonly after: number | null;
  readonly type?: AIJobType | 'REVIEW' | 'ERROR';
  readonly trigger?: JobTrigger;
}

function evidence(
  listed: readonly Listed[],
  {
    types = ['VIDEO_TAG'],
    seen = [],
    seenAt = NOW - HOUR,
    ...some
  }: Partial<Evidence> & {
    readonly types?: readonly AIJobType[] | null;
    readonly seen?: readonly string[] | null;
    readonly seenAt?: number;
  } = {},
): Evidence {
  const jobOf = ({ id, type = 'VIDEO_TAG' }: Listed): AIJob | Error | undefined => {
    if (type === 'ERROR') return new Error('not read');
    return type === 'REVIEW' ? undefined : submittedAIJob({ id, videoId: 'v', type, requestId: 'R' });
  };
  const detailOf = ({ id, type, trigger = 'MANUAL' }: Listed): JobDetail => {
    const internalType = type === 'REVIEW' ? 'AIVideoCensor' : 'AIVideoTag';
    return { id, videoId: 'v', internalType, trigger, createdAt: undefined };
  };
  return {
    unsettled: {
      submission: {
        id: 'lost',
        kind: 'AI',
        caller: 'key:caller',
        fingerprint: 'f',
        videoId: 'v',
        input: JSON.stringify({ videoId: 'v', types }),
        submittedAt: SENT,
        state: 'UNKNOWN',
        leaseUntil: 0,
        requestId: undefined,
        hasResponse: false,
        resolvedBy: undefined,
        userErrors: undefined,
        listing: seen === null ? undefined : { at: seenAt, jobIds: seen },
      },
      ageMs: NOW - SENT,
      leaseMs: 15_000,
    },
    list: {
      jobs: listed.map(({ id, after }) => ({
        id,
        status: 'INIT',
        createdAt: after === null ? undefined : new Date(SENT + after),
      })),
      undecodable: 0,
      isOfVideo: true,
      serverTime: NOW,
    },
    ofOthers: new Set(),
    assigned: new Set(),
    jobs: new Map(listed.map((each) => [each.id, jobOf(each)])),
    details: new Map(listed.map((each) => [each.id, detailOf(each)])),
    delayMs: HOUR,
    ...some,
  };
}

const stateOf = (...given: Parameters<typeof evidence>) => decide(evidence(...given)).verdict.state;

describe('FAILED', () => {
  it('needs two listings without a job, a delay apart by the clock of VOD', () => {
    expect(stateOf([])).toBe('FAILED');
    expect(stateOf([], { seen: null })).toBe('UNKNOWN');
    expect(stateOf([], { seenAt: NOW - HOUR + 1 })).toBe('UNKNOWN');
    expect(stateOf([], { seen: ['gone'] })).toBe('UNKNOWN');
  });

  it('ignores jobs from long before the call, those of other submissions, and reviews', () => {
    expect(stateOf([{ id: 'old', after: -27 * HOUR }])).toBe('FAILED');
    expect(stateOf([{ id: 'other', after: 0 }], { ofOthers: new Set(['other']) })).toBe('FAILED');
    expect(stateOf([{ id: 'review', after: 0, type: 'REVIEW' }])).toBe('FAILED');
  });

  it.each<[string, Parameters<typeof evidence>]>([
    ['a job long after the call', [[{ id: 'a', after: 90 * MINUTE }]]],
    ['a job hours before the call: a clock may have been wrong', [[{ id: 'a', after: -20 * HOUR }]]],
    ['a job of a workflow', [[{ id: 'a', after: 0, trigger: 'AUTO' }]]],
    ['a job without a time', [[{ id: 'a', after: null, trigger: 'AUTO' }]]],
    [
      'a job that was found to be of another submission only by its listing',
      [[{ id: 'a', after: 0 }], { assigned: new Set(['a']) }],
    ],
    ['an unknown job that is no review', [[{ id: 'a', after: 0, type: 'REVIEW' }], { details: new Map() }]],
  ])('is prevented by %s', (_, given) => {
    expect(stateOf(...given)).toBe('UNKNOWN');
  });

  it('is prevented by a list that may be incomplete or of another video, or without a time', () => {
    const { list } = evidence([]);
    const olds = Array.from({ length: 51 }, (_, index) => ({ id: `${index}`, after: -100 * HOUR }));
    expect(stateOf(olds)).toBe('UNKNOWN');
    for (const some of [{ undecodable: 1 }, { isOfVideo: false }, { serverTime: undefined }]) {
      const { verdict, listing } = decide(evidence([], { list: { ...list, ...some } }));
      expect(verdict.state).toBe('UNKNOWN');
      // It does not count as the first of two listings without a job.
      expect(listing).toBeUndefined();
    }
  });
});

describe('MADE', () => {
  it('needs exactly one manual job for each type', () => {
    const both = { types: ['VIDEO_TAG', 'MEDIA_DNA'] } as const;
    const dna = { id: 'dna', after: 1_000, type: 'MEDIA_DNA' } as const;
    const tag = { id: 'tag', after: 1_000 };
    expect(decide(evidence([dna, tag], both)).verdict).toMatchObject({
      state: 'MADE',
      jobs: [{ id: 'tag' }, { id: 'dna' }],
    });
    expect(stateOf([tag], both)).toBe('UNKNOWN');
    expect(stateOf([tag, dna, { id: 'second', after: 2_000 }], both)).toBe('UNKNOWN');
    expect(stateOf([tag, { id: 'auto', after: 2_000, trigger: 'AUTO' }])).toBe('MADE');
    expect(stateOf([{ ...tag, trigger: 'AUTO' }])).toBe('UNKNOWN');
    // The other type was not asked for.
    expect(stateOf([tag, dna])).toBe('MADE');
  });

  it('needs the types: without them, VOD chooses', () => {
    expect(stateOf([{ id: 'tag', after: 0 }], { types: null })).toBe('UNKNOWN');
  });

  it.each([
    [-6 * MINUTE, 'UNKNOWN'],
    [-4 * MINUTE, 'MADE'],
    [35 * MINUTE, 'MADE'],
    [36 * MINUTE, 'UNKNOWN'],
  ])('needs a job in the window of the call: %i ms after it', (after, state) => {
    expect(stateOf([{ id: 'tag', after }])).toBe(state);
  });

  it('is prevented by a job that cannot be read, or belongs to another submission', () => {
    const tag = { id: 'tag', after: 0 };
    expect(stateOf([tag, { id: 'b', after: 0, type: 'ERROR' }])).toBe('UNKNOWN');
    expect(stateOf([tag], { assigned: new Set(['tag']) })).toBe('UNKNOWN');
    expect(stateOf([tag], { details: new Map() })).toBe('UNKNOWN');
  });

  it('leaves all possible jobs as candidates if it is not certain', () => {
    const { listing } = decide(
      evidence([
        { id: 'a', after: 0 },
        { id: 'b', after: 90 * MINUTE },
      ]),
    );
    expect(listing).toEqual({ at: NOW, jobIds: ['a', 'b'] });
  });
});
