import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import type { AIJob } from '../../src/domain/job.ts';
import { InvalidResponseError } from '../../src/rpc/errors.ts';
import { fixture } from './fixture.ts';
import { respondingVod } from './responding-vod.ts';

const ID = '53d4a9c7b00c*****cdcb4b0c2c854c7';

function expectJob(job: AIJob | InvalidResponseError | undefined): AIJob {
  if (job === undefined || job instanceof Error) throw new Error('expected a job', { cause: job });
  return job;
}

/** Decodes a job with these fields from a response of ListAIJob. */
async function listed(wire: Record<string, unknown>): Promise<AIJob> {
  const { vod } = await respondingVod({ RequestId: 'R', AIJobList: { AIJob: [{ JobId: 'a', ...wire }] } });
  return expectJob((await vod.aiJobs.read(['a'])).get('a'));
}

describe('listAIJobs', () => {
  it("decodes the document's sample", async () => {
    const sample = fixture('list-ai-job');
    const { vod, calls } = await respondingVod(sample);
    const unknown = ['aasdcsfg*****782740asd', 'k2l3ibask*****od98wrns9'];
    const jobs = await vod.aiJobs.read([ID, ...unknown]);

    expect(calls()).toEqual([{ action: 'ListAIJob', parameters: { JobIds: [ID, ...unknown].join(',') } }]);
    expect([...jobs.keys()]).toEqual([ID]);
    const job = expectJob(jobs.get(ID));
    expect(job).toEqual({
      origin: 'read',
      wire: expect.any(Object),
      id: ID,
      requestId: '8233A0E4-E112-44*****58-2BCED1B88173',
      type: 'VIDEO_TAG',
      status: 'SUCCESS',
      videoId: 'a718a3a1e8*****bb42ee3bc88921e9',
      createdAt: new Date('2020-06-28T02:04:32Z'),
      completedAt: new Date('2020-06-28T02:04:47Z'),
      failure: undefined,
      data: expect.stringMatching(
        /^\{"OrigASRData":\{"AsrTextList":\[\{"EndTime":700,.*"Duration":"30016"\}\}$/,
      ),
      result: expect.any(Function),
    });
    expect(job.result()).toHaveProperty('transcripts.0.sentences.length', 6);
    expect(job.result()).toBe(job.result());
  });

  it('maps jobs by id, in whatever order they are listed', async () => {
    const wire = (JobId: string) => ({ JobId, MediaId: `video-of-${JobId}` });
    const { vod } = await respondingVod({ AIJobList: { AIJob: ['c', 'a', 'b'].map(wire) } });
    const jobs = await vod.aiJobs.read(['a', 'b', 'c']);
    for (const id of ['a', 'b', 'c']) expect(expectJob(jobs.get(id)).videoId).toBe(`video-of-${id}`);
  });

  it.each([
    ['a list', { String: ['b', 'c'] }],
    ['a string that holds a JSON array', { String: '["b", "c"]' }],
    ['an array with one string that holds a JSON array', { String: ['["b","c"]'] }],
    ['an array that mixes both', { String: ['["b"]', 'c'] }],
  ])('accepts the unknown ids as %s', async (_, NonExistAIJobIds) => {
    const { vod } = await respondingVod({ AIJobList: { AIJob: [{ JobId: 'a' }] }, NonExistAIJobIds });
    expect([...(await vod.aiJobs.read(['a', 'b', 'c'])).keys()]).toEqual(['a']);
  });

  it.each([
    ['is missing', { NonExistAIJobIds: { String: ['a'] } }],
    ['is null', { AIJobList: null, NonExistAIJobIds: { String: ['a'] } }],
    ['has no jobs', { AIJobList: {}, NonExistAIJobIds: { String: ['a'] } }],
    ['is empty', { AIJobList: { AIJob: [] }, NonExistAIJobIds: { String: ['a'] } }],
    ['is empty and there are no unknown ids', { AIJobList: { AIJob: [] } }],
    ['is missing and there are no unknown ids', { RequestId: 'R' }],
    ['is missing and the unknown ids are a plain list', { NonExistAIJobIds: ['a'] }],
    ['is missing and the unknown ids are null', { NonExistAIJobIds: { String: null } }],
  ])('finds no job if AIJobList %s', async (_, response) => {
    const { vod } = await respondingVod(response);
    expect(await vod.aiJobs.read(['a'])).toEqual(new Map());
  });

  it('returns an error for an id that is listed neither as found nor as unknown', async () => {
    const { vod } = await respondingVod({
      RequestId: 'R-7',
      AIJobList: { AIJob: [{ JobId: 'a' }] },
      NonExistAIJobIds: { String: ['b'] },
    });
    const jobs = await vod.aiJobs.read(['a', 'b', 'c']);
    expect([...jobs.keys()]).toEqual(['a', 'c']);
    expect(jobs.get('c')).toBeInstanceOf(InvalidResponseError);
    expect(jobs.get('c')).toMatchObject({
      message: "VOD's response to ListAIJob is invalid: a job is listed neither as found nor as unknown",
      requestId: 'R-7',
    });
  });

  it.each([[{}], [{ JobId: '' }], [{ JobId: 7 }], [null], ['b']])(
    'returns an error for a missing id if a job without an id is listed: %j',
    async (element) => {
      const { vod } = await respondingVod({
        RequestId: 'R-8',
        AIJobList: { AIJob: [{ JobId: 'a' }, element] },
      });
      const jobs = await vod.aiJobs.read(['a', 'b']);
      expect(expectJob(jobs.get('a')).id).toBe('a');
      expect(jobs.get('b')).toBeInstanceOf(InvalidResponseError);
      expect(jobs.get('b')).toMatchObject({ requestId: 'R-8' });
    },
  );

  it.each([
    [{ AIJobList: [] }, 'invalid_type at AIJobList'],
    [{ AIJobList: { AIJob: {} } }, 'invalid_type at AIJobList.AIJob'],
    [{ AIJobList: 'none' }, 'invalid_type at AIJobList'],
    [{ NonExistAIJobIds: { String: [1] } }, 'invalid_union at NonExistAIJobIds'],
    [{ NonExistAIJobIds: [1] }, 'invalid_union at NonExistAIJobIds'],
    [{ hello: 'world' }, 'none of the requested objects'],
    [{ NonExistAIJobIds: { String: 'a,b' } }, 'NonExistAIJobIds is not a list of ids'],
    [{ NonExistAIJobIds: { String: '{"a":1}' } }, 'NonExistAIJobIds is not a list of ids'],
  ])('rejects a response of another structure: %j', async (response, problem) => {
    const { vod } = await respondingVod({ RequestId: 'R-9', ...response });
    const error = await vod.aiJobs.read(['a']).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({
      message: `VOD's response to ListAIJob is invalid: ${problem}`,
      requestId: 'R-9',
      action: 'ListAIJob',
    });
  });
});

describe('a listed job', () => {
  it('may have only its id', async () => {
    const { result, ...job } = await listed({});
    expect(job).toEqual({
      origin: 'read',
      wire: expect.any(Object),
      id: 'a',
      requestId: 'R',
      type: undefined,
      status: undefined,
      videoId: undefined,
      createdAt: undefined,
      completedAt: undefined,
      failure: undefined,
      data: undefined,
    });
    expect(result()).toBeUndefined();
  });

  it('may have the status Processing', async () => {
    expect((await listed({ Status: 'Processing' })).status).toBe('PROCESSING');
  });

  it('has the reason of its failure', async () => {
    const job = await listed({
      Status: 'fail',
      Type: 'AIMediaDNA',
      Code: 'NoDNADB',
      Message: 'none',
      Data: '',
    });
    expect(job.failure).toEqual({ code: 'NoDNADB', message: 'none' });
    expect(job.result()).toBeUndefined();
  });

  const whole = {
    MediaId: 'v',
    Type: 'AIVideoTag',
    Status: 'success',
    CreationTime: '2020-06-28T02:04:32Z',
    CompleteTime: '2020-06-28T02:04:47Z',
    Data: '{"Category":[{"Tag":"sports"}]}',
  };

  it.each([
    ['Status', 'status', 'archived'],
    ['Type', 'type', 'AIVideoCensor'],
    ['CreationTime', 'createdAt', '1'],
    ['CompleteTime', 'completedAt', 'soon'],
  ] as const)('with an undecodable %s keeps its other fields', async (wireField, field, value) => {
    const good = await listed(whole);
    const job = await listed({ ...whole, [wireField]: value });
    expect(job[field]).toBeInstanceOf(Undecodable);
    expect(job[field]).toMatchObject({ field: wireField, received: value });
    const { result: _goodResult, wire: _wire, [field]: _good, ...others } = good;
    expect(job).toMatchObject(others);
  });

  it.each([
    ['is not JSON', 'oops', 'oops'],
    ['is JSON of another structure', '{"Person":7}', '{"Person":7}'],
    ['is a number', 1, '1'],
  ])('whose Data %s has it unchanged', async (_, Data, raw) => {
    const job = await listed({ ...whole, Data });
    expect(job.data).toBe(raw);
    expect(job.result()).toBeInstanceOf(Undecodable);
    expect(job.result()).toMatchObject({ field: 'Data' });
    expect(job).toMatchObject({ status: 'SUCCESS', type: 'VIDEO_TAG', videoId: 'v' });
  });

  it('may have Data as the object itself', async () => {
    const job = await listed({ ...whole, Data: { Category: [{ Tag: 'sports' }] } });
    expect(job.data).toBe('{"Category":[{"Tag":"sports"}]}');
    expect(job.result()).toHaveProperty('categories.0.tag', 'sports');
  });

  it.each(['init', 'processing', 'fail', 'archived'])('has no result in the status %s', async (Status) => {
    expect((await listed({ ...whole, Status })).result()).toBeUndefined();
  });

  it('does not affect the other jobs', async () => {
    const { vod } = await respondingVod({
      AIJobList: {
        AIJob: [
          { JobId: 'a', Status: [], Data: {} },
          { JobId: 'b', Status: 'success' },
        ],
      },
    });
    const jobs = await vod.aiJobs.read(['a', 'b']);
    expect(expectJob(jobs.get('a')).status).toBeInstanceOf(Undecodable);
    expect(expectJob(jobs.get('b')).status).toBe('SUCCESS');
  });
});

describe('submitAIJob', () => {
  const job = {
    origin: 'submitted',
    id: '9e82640c85114bf5af23edfaf****',
    videoId: '3D3D12340d92c641401fab46a0b847****',
    type: 'VIDEO_TAG',
    status: 'INIT',
    requestId: '25818875-5F78-4A13-BEF6-D73936****',
    createdAt: undefined,
    completedAt: undefined,
    failure: undefined,
    data: undefined,
    result: expect.any(Function),
  };

  it.each([
    ['the current document', 'submit-ai-job'],
    ['the older document, whose placeholders are ignored', 'submit-ai-job-older'],
  ])('decodes the sample of %s', async (_, name) => {
    const { vod, calls } = await respondingVod(fixture(name));
    const { made, requestId } = await vod.submitAIJob({
      videoId: '3D3D12340d92c641401fab46a0b847****',
      types: ['VIDEO_TAG'],
    });
    expect(made).toEqual([job]);
    expect(made[0]?.result()).toBeUndefined();
    expect(requestId).toBe('25818875-5F78-4A13-BEF6-D73936****');
    expect(calls()).toEqual([
      {
        action: 'SubmitAIJob',
        parameters: { MediaId: '3D3D12340d92c641401fab46a0b847****', Types: 'AIVideoTag' },
      },
    ]);
  });

  it('returns a job per type, with the submitted video if the response has none', async () => {
    const { vod } = await respondingVod({
      AIJobList: {
        AIJob: [
          { JobId: 'a', Type: 'AIMediaDNA' },
          { JobId: 'b', Type: 'AIVideoTag', MediaId: 'w' },
          { JobId: 'c', Type: 'AINew' },
        ],
      },
    });
    const { made } = await vod.submitAIJob({ videoId: 'v' });
    expect(made.map(({ id, type, videoId }) => [id, type, videoId])).toEqual([
      ['a', 'MEDIA_DNA', 'v'],
      ['b', 'VIDEO_TAG', 'w'],
      ['c', expect.any(Undecodable), 'v'],
    ]);
  });

  it.each([
    [{}],
    [{ AIJobList: null }],
    [{ AIJobList: { AIJob: [] } }],
    [{ AIJobList: { AIJob: [{ Type: 'AIVideoTag' }] } }],
    [{ AIJobList: { AIJob: [{ JobId: '' }] } }],
  ])('rejects a response without a job, which may exist: %j', async (response) => {
    const { vod, calls } = await respondingVod({ RequestId: 'R-5', ...response });
    const error = await vod.submitAIJob({ videoId: 'v' }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ requestId: 'R-5', action: 'SubmitAIJob', mayHaveRun: true });
    expect(calls()).toHaveLength(1);
  });
});
