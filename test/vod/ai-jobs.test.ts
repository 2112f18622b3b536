import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import type { AIJob } from '../../src/domain/job.ts';
import { InvalidResponseError } from '../../src/rpc/errors.ts';
import { answeringVod } from './answering-vod.ts';
import { fixture } from './fixture.ts';

const ID = '53d4a9c7b00c*****cdcb4b0c2c854c7';

function readable(job: AIJob | InvalidResponseError | undefined): AIJob {
  if (job === undefined || job instanceof Error) throw new Error('expected a job', { cause: job });
  return job;
}

/** What ListAIJob says of job `a` where its answer holds this. */
async function listed(wire: Record<string, unknown>): Promise<AIJob> {
  const { vod } = await answeringVod({ RequestId: 'R', AIJobList: { AIJob: [{ JobId: 'a', ...wire }] } });
  return readable((await vod.aiJobs.read(['a'])).get('a'));
}

describe('listAIJobs', () => {
  it("reads the document's sample", async () => {
    const sample = fixture('list-ai-job');
    const { vod, calls } = await answeringVod(sample);
    const unknown = ['aasdcsfg*****782740asd', 'k2l3ibask*****od98wrns9'];
    const jobs = await vod.aiJobs.read([ID, ...unknown]);

    expect(calls()).toEqual([{ action: 'ListAIJob', parameters: { JobIds: [ID, ...unknown].join(',') } }]);
    expect([...jobs.keys()]).toEqual([ID]);
    const job = readable(jobs.get(ID));
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

  it('sorts jobs by their ids, whatever order they come in', async () => {
    const wire = (JobId: string) => ({ JobId, MediaId: `video-of-${JobId}` });
    const { vod } = await answeringVod({ AIJobList: { AIJob: ['c', 'a', 'b'].map(wire) } });
    const jobs = await vod.aiJobs.read(['a', 'b', 'c']);
    for (const id of ['a', 'b', 'c']) expect(readable(jobs.get(id)).videoId).toBe(`video-of-${id}`);
  });

  it.each([
    ['a list', { String: ['b', 'c'] }],
    ['a string that holds a JSON array', { String: '["b", "c"]' }],
  ])('takes the unknown ids as %s', async (_, NonExistAIJobIds) => {
    const { vod } = await answeringVod({ AIJobList: { AIJob: [{ JobId: 'a' }] }, NonExistAIJobIds });
    expect([...(await vod.aiJobs.read(['a', 'b', 'c'])).keys()]).toEqual(['a']);
  });

  it.each([
    ['is missing', { NonExistAIJobIds: { String: ['a'] } }],
    ['is null', { AIJobList: null, NonExistAIJobIds: { String: ['a'] } }],
    ['has no jobs', { AIJobList: {}, NonExistAIJobIds: { String: ['a'] } }],
    ['is empty', { AIJobList: { AIJob: [] }, NonExistAIJobIds: { String: ['a'] } }],
    ['is empty and nothing is said of unknown ids', { AIJobList: { AIJob: [] } }],
    ['is missing and nothing is said of unknown ids', { RequestId: 'R' }],
    ['is missing and the unknown ids are a plain list', { NonExistAIJobIds: ['a'] }],
    ['is missing and the unknown ids are null', { NonExistAIJobIds: { String: null } }],
  ])('finds no job where AIJobList %s', async (_, answer) => {
    const { vod } = await answeringVod(answer);
    expect(await vod.aiJobs.read(['a'])).toEqual(new Map());
  });

  it('does not take an id for unknown that the list of unknown ids leaves out', async () => {
    const { vod } = await answeringVod({
      RequestId: 'R-7',
      AIJobList: { AIJob: [{ JobId: 'a' }] },
      NonExistAIJobIds: { String: ['b'] },
    });
    const jobs = await vod.aiJobs.read(['a', 'b', 'c']);
    expect([...jobs.keys()]).toEqual(['a', 'c']);
    expect(jobs.get('c')).toBeInstanceOf(InvalidResponseError);
    expect(jobs.get('c')).toMatchObject({
      message: "VOD's answer to ListAIJob was not understood: a job is neither listed nor said not to exist",
      requestId: 'R-7',
    });
  });

  it.each([[{}], [{ JobId: '' }], [{ JobId: 7 }], [null], ['b']])(
    'does not take an id for unknown where a job without one was listed: %j',
    async (element) => {
      const { vod } = await answeringVod({
        RequestId: 'R-8',
        AIJobList: { AIJob: [{ JobId: 'a' }, element] },
      });
      const jobs = await vod.aiJobs.read(['a', 'b']);
      expect(readable(jobs.get('a')).id).toBe('a');
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
    [{ hello: 'world' }, 'nothing of what was asked for'],
    [{ NonExistAIJobIds: { String: 'a,b' } }, 'NonExistAIJobIds is not a list of ids'],
    [{ NonExistAIJobIds: { String: '{"a":1}' } }, 'NonExistAIJobIds is not a list of ids'],
  ])('fails as a whole for an answer of another shape: %j', async (answer, problem) => {
    const { vod } = await answeringVod({ RequestId: 'R-9', ...answer });
    const error = await vod.aiJobs.read(['a']).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({
      message: `VOD's answer to ListAIJob was not understood: ${problem}`,
      requestId: 'R-9',
      action: 'ListAIJob',
    });
  });
});

describe('a listed job', () => {
  it('may have nothing but its id', async () => {
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

  it('may say that it is Processing', async () => {
    expect((await listed({ Status: 'Processing' })).status).toBe('PROCESSING');
  });

  it('tells why it failed', async () => {
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
  ] as const)('whose %s is not understood keeps its other fields', async (wireField, field, value) => {
    const good = await listed(whole);
    const job = await listed({ ...whole, [wireField]: value });
    expect(job[field]).toBeInstanceOf(Undecodable);
    expect(job[field]).toMatchObject({ field: wireField, received: value });
    const { result: _goodResult, wire: _wire, [field]: _good, ...others } = good;
    expect(job).toMatchObject(others);
  });

  it.each([
    ['is no JSON', 'oops', 'oops'],
    ['is JSON of another shape', '{"Person":7}', '{"Person":7}'],
    ['is a number', 1, '1'],
  ])('whose Data %s still gives it as it came', async (_, Data, raw) => {
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

  it.each(['init', 'processing', 'fail', 'archived'])('has no result while it is %s', async (Status) => {
    expect((await listed({ ...whole, Status })).result()).toBeUndefined();
  });

  it('spoils none of its siblings', async () => {
    const { vod } = await answeringVod({
      AIJobList: {
        AIJob: [
          { JobId: 'a', Status: [], Data: {} },
          { JobId: 'b', Status: 'success' },
        ],
      },
    });
    const jobs = await vod.aiJobs.read(['a', 'b']);
    expect(readable(jobs.get('a')).status).toBeInstanceOf(Undecodable);
    expect(readable(jobs.get('b')).status).toBe('SUCCESS');
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
    ['the older document, whose placeholders are not trusted', 'submit-ai-job-older'],
  ])('reads the sample of %s', async (_, name) => {
    const { vod, calls } = await answeringVod(fixture(name));
    const { made, requestId } = await vod.submitAIJob({
      mediaId: '3D3D12340d92c641401fab46a0b847****',
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

  it('gives a job for each type, and the submitted video where the answer names none', async () => {
    const { vod } = await answeringVod({
      AIJobList: {
        AIJob: [
          { JobId: 'a', Type: 'AIMediaDNA' },
          { JobId: 'b', Type: 'AIVideoTag', MediaId: 'w' },
          { JobId: 'c', Type: 'AINew' },
        ],
      },
    });
    const { made } = await vod.submitAIJob({ mediaId: 'v' });
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
  ])('fails where the answer names no job, which may exist all the same: %j', async (answer) => {
    const { vod, calls } = await answeringVod({ RequestId: 'R-5', ...answer });
    const error = await vod.submitAIJob({ mediaId: 'v' }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ requestId: 'R-5', action: 'SubmitAIJob', mayHaveRun: true });
    expect(calls()).toHaveLength(1);
  });
});
