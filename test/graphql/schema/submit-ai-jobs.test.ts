import { describe, expect, it, vi } from 'vitest';
import { SubmitAIJobDocument, SubmitAIJobsDocument } from '../../../schema/generated/graphql.ts';
import { closedGateway, queryAs } from '../../support/closed-gateway.ts';
import { collectedLog } from '../../support/collected-logs.ts';
import { listening } from '../../support/listening.ts';
import { type RunningGateway, runningGateway } from '../../support/running-gateway.ts';

function videosWithKeys(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    videoId: `video-${index}`,
    idempotencyKey: `key-${index}`,
  }));
}

const types = ['VIDEO_TAG' as const];

/** Submits the videos, and returns the results. */
async function submit(
  { query }: RunningGateway,
  videos: readonly { readonly videoId: string; readonly idempotencyKey?: string }[],
) {
  const { data, errors } = await query(SubmitAIJobsDocument, { input: { videos: [...videos], types } });
  expect(errors).toBeUndefined();
  expect(data.submitAIJobs.userErrors).toEqual([]);
  return data.submitAIJobs.results ?? [];
}

type Slot = Awaited<ReturnType<typeof submit>>[number];

/** The code of the only user error, or the videos of the jobs. */
function outcome(slot: Slot): unknown {
  if (slot.userErrors.length === 0) return slot.jobs?.map(({ video }) => video?.id).join();
  expect(slot.jobs).toBeNull();
  return slot.userErrors.map(({ code }) => code).join();
}

function submittedVideos({ emulator }: RunningGateway): string[] {
  return emulator.jobs.submittedAIJobs.map(({ mediaId }) => mediaId).toSorted();
}

const idsOf = (videos: readonly { readonly videoId: string }[]) => videos.map(({ videoId }) => videoId);

describe('submitAIJobs', () => {
  it('submits 100 videos, and returns their jobs in order', { timeout: 30_000 }, async () => {
    const gateway = await runningGateway();
    const videos = videosWithKeys(100);

    const results = await submit(gateway, videos);

    expect(results.map(outcome)).toEqual(idsOf(videos));
    expect(new Set(results.map(({ submission }) => submission?.id)).size).toBe(100);
    expect(results.every(({ submission }) => submission?.state === 'MADE')).toBe(true);
    expect(gateway.emulator.calls.map(({ action }) => action)).toEqual(
      Array.from({ length: 100 }, () => 'SubmitAIJob'),
    );
  });

  it('sends the types, the settings and the user data of each video', async () => {
    const { query, emulator } = await runningGateway();
    const input = {
      videos: [{ videoId: 'a', userData: { extend: { mine: 1 } } }, { videoId: 'b' }],
      types,
      config: { videoTag: { analyseTypes: ['FACE' as const] } },
    };

    await query(SubmitAIJobsDocument, { input });

    const sent = emulator.calls.map(({ parameters }) => parameters).toSorted(byVideo);
    for (const parameters of sent) {
      expect(parameters).toMatchObject({
        Types: 'AIVideoTag',
        Config: '{"AIVideoTag":{"AnalyseTypes":"Face"}}',
      });
    }
    expect(sent.map(({ UserData }) => JSON.parse(UserData ?? '').Extend.mine)).toEqual([1, undefined]);
  });

  it.each([0, 101])('rejects a list of %i videos, and sends nothing', async (count) => {
    const { query, emulator } = await runningGateway();
    const { data } = await query(SubmitAIJobsDocument, { input: { videos: videosWithKeys(count), types } });

    expect(data.submitAIJobs).toEqual({
      results: null,
      userErrors: [
        {
          code: 'INVALID_INPUT',
          field: ['videos'],
          message: `videos: expected 1 to 100 videos; got ${count}`,
        },
      ],
    });
    expect(emulator.calls).toEqual([]);
  });

  it('rejects a list that has a key twice, and sends nothing', async () => {
    const { query, emulator } = await runningGateway();
    const videos = [...videosWithKeys(3), { videoId: 'other', idempotencyKey: 'key-1' }];
    const { data } = await query(SubmitAIJobsDocument, { input: { videos, types } });

    expect(data.submitAIJobs).toEqual({
      results: null,
      userErrors: [
        {
          code: 'INVALID_INPUT',
          field: ['videos', '3', 'idempotencyKey'],
          message: 'videos.3.idempotencyKey: expected a key for each video; got the key of videos.1',
        },
      ],
    });
    expect(emulator.calls).toEqual([]);
  });

  it('returns the errors of one video at its place, with paths as in submitAIJob', async () => {
    const gateway = await runningGateway();
    const results = await submit(gateway, [
      { videoId: 'first' },
      { videoId: 'missing' },
      { videoId: 'a,b' },
      { videoId: 'last' },
    ]);

    expect(results.map(outcome)).toEqual(['first', 'REJECTED_BY_VOD', 'INVALID_INPUT', 'last']);
    expect(results[1]?.submission?.state).toBe('REFUSED');
    expect(results[2]?.userErrors[0]?.field).toEqual(['videoId']);
    expect(results[2]?.submission).toBeNull();
  });

  it('shares its keys with submitAIJob', async () => {
    const gateway = await runningGateway();
    const [video] = videosWithKeys(1);
    const [result] = await submit(gateway, video ? [video] : []);
    const { data } = await gateway.query(SubmitAIJobDocument, {
      input: { videoId: 'video-0', idempotencyKey: 'key-0', types },
    });
    expect(data.submitAIJob).toEqual(result);
    expect(gateway.emulator.calls).toHaveLength(1);
  });
});

describe('a video that was not sent', () => {
  it('has NOT_SENT if the quota does not suffice in time, and is sent once under the same key', async () => {
    const gateway = await runningGateway({ callsPerSecond: 0.1 });
    const videos = videosWithKeys(6);

    for (let made = 1; made <= videos.length; made++) {
      const response = submit(gateway, videos);
      await expect.poll(() => madeCount(gateway)).toBe(made);
      // The deadlines of the others pass while they wait for the quota.
      gateway.clock.advance(10_000);
      const outcomes = (await response).map(outcome);
      expect(outcomes.filter((text) => text !== 'NOT_SENT')).toHaveLength(made);
      expect(submittedVideos(gateway)).toHaveLength(made);
    }

    expect(submittedVideos(gateway)).toEqual(idsOf(videos));
  });

  it('has NOT_SENT if VOD throttles it, and is sent once under the same key', async () => {
    const gateway = await runningGateway();
    const videos = videosWithKeys(5);
    gateway.emulator.faults.add({ kind: 'throttle', when: 'video-3' });

    const first = await submit(gateway, videos);
    expect(first.map(outcome)).toEqual(['video-0', 'video-1', 'video-2', 'NOT_SENT', 'video-4']);
    expect(first[3]?.userErrors[0]?.upstream?.code).toBe('Throttling.User');
    gateway.emulator.faults.clear();
    gateway.clock.advance(60_000);

    expect((await submit(gateway, videos)).map(outcome)).toEqual(idsOf(videos));
    expect(submittedVideos(gateway)).toEqual(idsOf(videos));
  });

  it('has NOT_SENT beyond the submissions a minute of its caller: each video counts', async () => {
    const gateway = await runningGateway({ limits: { submissionsPerMinute: 40 } });
    const videos = videosWithKeys(100);

    const results = (await submit(gateway, videos)).map(outcome);

    expect(results.slice(0, 40)).toEqual(idsOf(videos.slice(0, 40)));
    expect(new Set(results.slice(40))).toEqual(new Set(['NOT_SENT']));
    expect(gateway.emulator.calls).toHaveLength(40);
  });

  it('has NOT_SENT beyond the calls of its operation: each video counts', async () => {
    const gateway = await runningGateway({ limits: { maxUpstreamCalls: 3 } });
    const results = await submit(gateway, videosWithKeys(5));
    expect(results.map(outcome)).toEqual(['video-0', 'video-1', 'video-2', 'NOT_SENT', 'NOT_SENT']);
    expect(gateway.emulator.calls).toHaveLength(3);
  });

  it('has NOT_SENT if the ledger is unavailable', async () => {
    const { query, ledger, emulator } = await runningGateway();
    await ledger.close();
    const { data, errors } = await query(
      `mutation ($input: SubmitAIJobsInput!) { submitAIJobs(input: $input) { results { jobs { id } userErrors { code } } } }`,
      { input: { videos: videosWithKeys(2), types } },
    );
    expect(errors).toBeUndefined();
    const notSent = { jobs: null, userErrors: [{ code: 'NOT_SENT' }] };
    expect(data.submitAIJobs.results).toEqual([notSent, notSent]);
    expect(emulator.calls).toEqual([]);
  });
});

it('an unknown outcome of one video leaves the jobs of the others', async () => {
  const gateway = await runningGateway();
  const videos = videosWithKeys(4);
  gateway.emulator.faults.add({ kind: 'resetAfterRunning', when: 'video-2', times: 1 });

  for (let time = 0; time < 2; time++) {
    const results = await submit(gateway, videos);
    expect(results.map(outcome)).toEqual(['video-0', 'video-1', 'SUBMISSION_OUTCOME_UNKNOWN', 'video-3']);
    expect(results[2]?.submission).toEqual({ id: expect.any(String), state: 'UNKNOWN' });
  }

  expect(submittedVideos(gateway)).toEqual(idsOf(videos));
});

it('an unknown outcome is logged, and counted for its alert', async () => {
  const lines: { level: number; error?: string; msg: string }[] = [];
  const gateway = await runningGateway({ log: collectedLog((line) => lines.push(JSON.parse(line))) });
  gateway.emulator.faults.add({ kind: 'resetAfterRunning', when: 'video-2', times: 1 });

  await submit(gateway, videosWithKeys(4));

  const metrics = await fetch(`${await listening(gateway.app.listener)}/metrics`);
  expect(await metrics.text()).toContain('graphql_errors_total{code="SUBMISSION_OUTCOME_UNKNOWN"} 1\n');
  expect(lines.filter(({ msg }) => msg.includes('whether a job was made is not known'))).toMatchObject([
    { error: 'UnavailableError' },
  ]);
});

it('a defect at one video is an error at its path, and leaves the jobs of the others', async () => {
  const { query, ledger } = await runningGateway();
  const begin = ledger.begin.bind(ledger);
  vi.spyOn(ledger, 'begin').mockImplementation((intent) => {
    if (intent.videoId === 'video-1') throw new TypeError('a defect');
    return begin(intent);
  });

  const { data, errors } = await query(SubmitAIJobsDocument, { input: { videos: videosWithKeys(3), types } });

  expect(data.submitAIJobs.results?.map((slot: Slot | null) => slot?.jobs?.length)).toEqual([
    1,
    undefined,
    1,
  ]);
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['submitAIJobs', 'results', 1], 'INTERNAL_SERVER_ERROR'],
  ]);
});

it.each(['reader', 'nobody'] as const)('a caller without jobs:submit gets FORBIDDEN: %s', async (name) => {
  const gateway = await closedGateway();
  const { data, errors } = await queryAs(
    gateway,
    name,
    'mutation { submitAIJobs(input: { videos: [{ videoId: "v" }] }) { results { requestId } } }',
  );
  expect(data).toEqual({ submitAIJobs: null });
  expect(errors).toMatchObject([{ path: ['submitAIJobs'], extensions: { code: 'FORBIDDEN' } }]);
  expect(gateway.emulator.calls).toEqual([]);
});

function byVideo(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): number {
  return (a.MediaId ?? '') < (b.MediaId ?? '') ? -1 : 1;
}

async function madeCount({ query }: RunningGateway): Promise<number> {
  const { data } = await query('{ aiSubmissions(first: 50) { edges { node { state } } } }');
  const states: { node: { state: string } }[] = data.aiSubmissions.edges;
  return states.filter(({ node }) => node.state === 'MADE').length;
}
