import { describe, expect, it } from 'vitest';
import {
  ReadAIJobResultDocument,
  SpeechCaptionsDocument,
  SubmitAIJobDocument,
  VideoResultsDocument,
} from '../../../schema/generated/graphql.ts';
import { type RunningGateway, runningGateway } from '../../support/running-gateway.ts';

describe('AIJob.result', () => {
  it('is null until the job has succeeded, and then has the type that belongs to the job', async () => {
    const { query, clock } = await runningGateway();
    const { data } = await query(SubmitAIJobDocument, {
      input: {
        videoId: 'video-of-a-talk',
        types: ['VIDEO_TAG', 'MEDIA_DNA'],
        config: {
          videoTag: { analyseTypes: ['FACE', 'ASR', 'OCR', 'CATEGORY', 'ANNOTATION'], origASRData: true },
        },
      },
    });
    const [tagJob, dnaJob] = data.submitAIJob.jobs ?? [];
    const read = async (id = '') => (await query(ReadAIJobResultDocument, { id })).data.aiJob;

    expect(await read(tagJob?.id)).toMatchObject({ status: 'INIT', result: null, data: null });
    clock.advance(60_000);

    const tags = await read(tagJob?.id);
    expect(tags?.status).toBe('SUCCESS');
    if (tags?.result?.__typename !== 'VideoTagResult') throw new Error('expected a VideoTagResult');
    expect(tags.result.people.length + tags.result.keywords.length).toBeGreaterThan(0);
    const sentence = tags.result.transcripts[0]?.sentences[0];
    expect(sentence?.text).not.toBe('');
    expect(sentence?.endMs).toBeGreaterThan(sentence?.startMs ?? 0);
    expect(JSON.parse(tags.data ?? '')).toHaveProperty('OrigASRData');

    const dna = await read(dnaJob?.id);
    if (dna?.result?.__typename !== 'MediaDNAResult') throw new Error('expected a MediaDNAResult');
    for (const { similarity, video } of dna.result.matches) {
      expect(similarity).toBeGreaterThan(0);
      expect(similarity).toBeLessThanOrEqual(1);
      expect(video.id).not.toBe('');
    }
  });

  it('is null if the job failed, and `failure` gives the reason', async () => {
    const { query, emulator } = await runningGateway();
    emulator.jobs.addAIJob({ jobId: 'failed', mediaId: 'fail', createdAt: 0 });

    const { data, errors } = await query(ReadAIJobResultDocument, { id: 'failed' });

    expect(errors).toBeUndefined();
    expect(data.aiJob).toMatchObject({
      status: 'FAIL',
      result: null,
      failure: { code: expect.any(String), message: expect.any(String) },
    });
  });
});

describe('SpeechTranscript', () => {
  it('has its text, its captions and a search', async () => {
    const gateway = await runningGateway();
    addTranscript(gateway, ['今天天气很好。', 'Ｈｅｌｌｏ & welcome to the show.']);
    const { data, errors } =
      await gateway.query(`{ aiJob(id: "talk") { result { ... on VideoTagResult { transcripts {
      text
      srt: captions(format: SRT)
      webVTT: captions(format: WEBVTT, maxCharsPerLine: 20)
      search(text: "HELLO") { startMs }
    } } } } }`);
    expect(errors).toBeUndefined();
    expect(data.aiJob.result.transcripts).toEqual([
      {
        text: '今天天气很好。Ｈｅｌｌｏ & welcome to the show.',
        srt:
          '1\n00:00:00,000 --> 00:00:00,900\n今天天气很好。\n\n' +
          '2\n00:00:01,000 --> 00:00:01,900\nＨｅｌｌｏ & welcome to the show.\n',
        webVTT:
          'WEBVTT\n\n00:00:00.000 --> 00:00:00.900\n今天天气很好。\n\n' +
          '00:00:01.000 --> 00:00:01.900\nＨｅｌｌｏ &amp; welcome\nto the show.\n',
        search: [{ startMs: 1_000 }],
      },
    ]);
  });

  it.each([
    [{ maxCharsPerLine: 9 }, 'maxCharsPerLine: expected a number from 10 to 200; got 9'],
    [{ maxCharsPerLine: 201 }, 'maxCharsPerLine: expected a number from 10 to 200; got 201'],
    [{ text: '' }, 'text: expected a text of 1 to 1000 characters; got an empty text'],
    [{ text: '\u3000' }, 'text: expected a text of 1 to 1000 characters; got "\u3000"'],
    [{ text: 'a'.repeat(1_001) }, 'text: expected a text of 1 to 1000 characters; got 1001 characters'],
  ])('rejects %j', async (argument, message) => {
    const gateway = await runningGateway();
    addTranscript(gateway, ['Hello.']);
    const { errors } = await gateway.query(SpeechCaptionsDocument, {
      id: 'talk',
      format: 'SRT',
      text: 'hello',
      ...argument,
    });
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('is read up to the limit of an operation', async () => {
    const gateway = await runningGateway({ limits: { maxResponseBytes: 65_536 } });
    // 8,192 characters for each operation. A sentence counts 16 more.
    addTranscript(gateway, Array(100).fill('Hello.'));
    const read = (fields: string) =>
      gateway.query(
        `{ aiJob(id: "talk") { result { ... on VideoTagResult { transcripts { ${fields} } } } } }`,
      );
    const fields =
      'a: search(text: "no") { endMs } b: search(text: "no") { endMs } c: search(text: "no") { endMs }';
    expect((await read(fields)).errors).toBeUndefined();
    expect((await read(`${fields} text`)).errors).toMatchObject([
      {
        message: 'operation: expected at most 8192 characters of transcripts; got more',
        path: ['aiJob', 'result', 'transcripts', 0, 'text'],
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });
});

describe('Video.tags and Video.dna', () => {
  it('return the results of the video’s jobs', async () => {
    const gateway = await runningGateway();
    addFinishedJobs(gateway, 'v');
    const { data, errors } = await gateway.query(VideoResultsDocument, { id: 'v' });
    expect(errors).toBeUndefined();
    const job = await gateway.query(ReadAIJobResultDocument, { id: 'tags-v' });
    const result = job.data.aiJob?.result;
    if (result?.__typename !== 'VideoTagResult') throw new Error('expected tags');
    expect(data.aiVideo.tags?.people.map(({ tag }) => tag)).toEqual(result.people.map(({ tag }) => tag));
    expect(data.aiVideo.tags?.people.length).toBeGreaterThan(0);
    expect(data.aiVideo.dna?.matches.length).toBeGreaterThan(0);
  });

  it('call VOD once for each video and field, however often an operation selects them', async () => {
    const gateway = await runningGateway();
    for (const id of ['a', 'b', 'c']) addFinishedJobs(gateway, id);
    const { data, errors } = await gateway.query(`{
      a: aiVideo(id: "a") { tags { people { tag } } again: tags { keywords { tag } } dna { matches { similarity } } }
      alias: aiVideo(id: "a") { tags { people { tag } } }
      b: aiVideo(id: "b") { tags { people { tag } } }
      c: aiVideo(id: "c") { aiImages { id } }
      entities: _entities(representations: [{ __typename: "Video", id: "a" }]) { ... on Video { tags { people { tag } } } }
    }`);
    expect(errors).toBeUndefined();
    expect(data.alias).toEqual({ tags: { people: data.a.tags.people } });
    expect(data.entities).toEqual([data.alias]);
    expect(gateway.emulator.calls.map(({ action }) => action).sort()).toEqual([
      'GetAIVideoTagResult',
      'GetAIVideoTagResult',
      'GetMediaDNAResult',
      'ListAIImageInfo',
    ]);
  });

  it('are null if the video was not analysed or does not exist', async () => {
    const gateway = await runningGateway();
    for (const id of ['not-analysed', 'missing-video']) {
      const { data, errors } = await gateway.query(VideoResultsDocument, { id });
      expect(errors).toBeUndefined();
      expect(data.aiVideo).toEqual({ id, tags: null, dna: null });
    }
  });

  it('fail separately if VOD is unavailable', async () => {
    const gateway = await runningGateway();
    addFinishedJobs(gateway, 'v');
    gateway.emulator.faults.add({ kind: 'unavailable', action: 'GetMediaDNAResult' });
    const { data, errors } = await gateway.query(VideoResultsDocument, { id: 'v' });
    expect(data.aiVideo.tags?.people.length).toBeGreaterThan(0);
    expect(data.aiVideo.dna).toBeNull();
    expect(errors).toMatchObject([
      {
        path: ['aiVideo', 'dna'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { action: 'GetMediaDNAResult' } },
      },
    ]);
  });
});

/** Adds a smart-tag and a video-DNA job that have succeeded, and an image job. */
function addFinishedJobs({ emulator }: RunningGateway, videoId: string): void {
  const createdAt = 0;
  emulator.jobs.addAIJob({ jobId: `tags-${videoId}`, mediaId: videoId, type: 'AIVideoTag', createdAt });
  emulator.jobs.addAIJob({ jobId: `dna-${videoId}`, mediaId: videoId, type: 'AIMediaDNA', createdAt });
  emulator.jobs.addAIImageJob({ jobId: `covers-${videoId}`, videoId, createdAt });
}

/** Adds a job `talk`. Each sentence of its transcript starts a second after the one before. */
function addTranscript({ emulator }: RunningGateway, sentences: readonly string[]): void {
  const AsrTextList = sentences.map((Text, index) => ({
    StartTime: index * 1_000,
    EndTime: index * 1_000 + 900,
    Text,
  }));
  emulator.jobs.addAIJob({
    jobId: 'talk',
    type: 'AIVideoTag',
    status: 'success',
    data: JSON.stringify({ OrigASRData: { AsrTextList } }),
  });
}
