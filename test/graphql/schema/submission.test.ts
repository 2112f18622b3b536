import { describe, expect, it } from 'vitest';
import { SubmitAIImageJobDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

describe('submitAIJob', () => {
  it('creates a job for each type, and returns it as INIT without another call', async () => {
    const { query, emulator } = await runningGateway();

    const { data, errors } = await query(SubmitAIJobDocument, {
      input: {
        videoId: 'video-1',
        types: ['VIDEO_TAG', 'MEDIA_DNA'],
        config: {
          videoTag: { analyseTypes: ['FACE', 'ASR'], origASRData: true },
          mediaDNA: { dnaDBId: 'db1' },
        },
        userData: { extend: { localId: 'ü"\\' }, messageCallback: { callbackUrl: 'https://example.com/cb' } },
      },
    });

    expect(errors).toBeUndefined();
    expect(data.submitAIJob.userErrors).toEqual([]);
    expect(data.submitAIJob.requestId).toBe(emulator.calls[0]?.requestId);
    expect(data.submitAIJob.jobs?.map(({ id: _, ...job }) => job)).toEqual([
      { type: 'VIDEO_TAG', status: 'INIT', video: { id: 'video-1' } },
      { type: 'MEDIA_DNA', status: 'INIT', video: { id: 'video-1' } },
    ]);
    expect(emulator.calls.map(({ action, parameters }) => ({ action, parameters }))).toEqual([
      {
        action: 'SubmitAIJob',
        parameters: {
          MediaId: 'video-1',
          Types: 'AIVideoTag,AIMediaDNA',
          Config:
            '{"AIVideoTag":{"AnalyseTypes":"Face,ASR","OrigASRData":"true"},"AIMediaDNA":{"DNADBId":"db1"}}',
          UserData: expect.stringMatching(
            /^\{"MessageCallback":\{"CallbackURL":"https:\/\/example.com\/cb","CallbackType":"http"\},"Extend":\{"localId":"ü\\"\\\\","vodAiGateway":"\w+"\}\}$/,
          ),
        },
      },
    ]);
  });

  it('resolves every field of a new job, and looks up only the fields that the response lacks', async () => {
    const { query, emulator } = await runningGateway();

    const { data, errors } = await query(`mutation {
      submitAIJob(input: { videoId: "video-1", types: [VIDEO_TAG] }) {
        jobs { id type status video { id } createdAt completedAt failure { code } result { __typename } data }
      }
    }`);

    expect(errors).toBeUndefined();
    expect(data.submitAIJob.jobs).toEqual([
      {
        id: expect.any(String),
        type: 'VIDEO_TAG',
        status: 'INIT',
        video: { id: 'video-1' },
        createdAt: '2026-01-01T00:00:00.000Z',
        completedAt: null,
        failure: null,
        result: null,
        data: null,
      },
    ]);
    expect(emulator.calls.map(({ action }) => action)).toEqual(['SubmitAIJob', 'ListAIJob']);
  });

  it('names all mistakes of an input at once, each by its field, and sends nothing', async () => {
    const { query, emulator } = await runningGateway();

    const { data } = await query(SubmitAIJobDocument, {
      input: {
        videoId: 'a,b',
        types: ['MEDIA_DNA'],
        config: { videoTag: { analyseTypes: [] }, mediaDNA: { dnaDBId: 'x y' } },
        userData: { extend: ['no object'], messageCallback: { callbackUrl: '/relative' } },
      },
    });

    expect(data.submitAIJob.jobs).toBeNull();
    expect(data.submitAIJob.userErrors.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['INVALID_INPUT', 'videoId'],
      ['INVALID_INPUT', 'config.videoTag'],
      ['INVALID_INPUT', 'config.videoTag.analyseTypes'],
      ['INVALID_INPUT', 'config.mediaDNA.dnaDBId'],
      ['INVALID_INPUT', 'userData.extend'],
      ['INVALID_INPUT', 'userData.messageCallback.callbackUrl'],
    ]);
    expect(emulator.calls).toHaveLength(0);
  });

  it('names the regions that offer a type if the gateway’s region does not, and sends nothing', async () => {
    const { query, emulator } = await runningGateway({ region: 'ap-southeast-1' });

    const { data } = await query(SubmitAIJobDocument, {
      input: { videoId: 'video-1', types: ['MEDIA_DNA', 'VIDEO_TAG'] },
    });

    expect(data.submitAIJob.userErrors).toEqual([
      {
        code: 'UNSUPPORTED_IN_REGION',
        field: ['types', '1'],
        message: 'VIDEO_TAG is offered in cn-shanghai, cn-beijing; this gateway serves ap-southeast-1',
        upstream: null,
      },
    ]);
    expect(emulator.calls).toHaveLength(0);
  });

  it('is a user error with VOD’s code and RequestId if VOD rejects it', async () => {
    const { query, emulator } = await runningGateway();

    const { data, errors } = await query(SubmitAIJobDocument, {
      input: { videoId: 'missing', types: ['VIDEO_TAG'] },
    });

    expect(errors).toBeUndefined();
    const requestId = emulator.calls[0]?.requestId;
    expect(data.submitAIJob).toMatchObject({
      jobs: null,
      requestId,
      userErrors: [{ code: 'REJECTED_BY_VOD', upstream: { code: 'InvalidVideo.NotFound', requestId } }],
    });
  });

  it.each(['resetAfterRunning', 'internalError', 'unavailable', 'html', 'emptyBody', 'wrongShape'] as const)(
    'fails with an unknown outcome after %s, and is not sent again',
    async (kind) => {
      const { query, emulator } = await runningGateway();
      emulator.faults.add({ kind, ...(kind === 'html' && { status: 200 }) });

      const { data, errors } = await query(SubmitAIJobDocument, {
        input: { videoId: 'v', types: ['VIDEO_TAG'] },
      });

      expect(data).toEqual({ submitAIJob: null });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['SUBMISSION_OUTCOME_UNKNOWN']);
      expect(errors?.[0]?.extensions.upstream?.action).toBe('SubmitAIJob');
      expect(emulator.calls).toHaveLength(1);
    },
  );

  it('is sent again after throttling, because VOD did not run it', async () => {
    const { query, emulator } = await runningGateway();
    emulator.faults.add({ kind: 'throttle', times: 3 });

    const { data } = await query(SubmitAIJobDocument, { input: { videoId: 'v', types: ['VIDEO_TAG'] } });

    expect(data.submitAIJob.jobs).toHaveLength(1);
    expect(emulator.calls).toHaveLength(4);
    expect(emulator.jobs.submittedAIJobs).toHaveLength(1);
  });

  it('continues if the client disconnects, because VOD may already have charged for it', async () => {
    const { app, emulator } = await runningGateway();
    const client = new AbortController();
    const { promise: received, resolve: receive } = Promise.withResolvers<void>();
    emulator.faults.add({
      kind: 'latency',
      ms: 20,
      when: () => {
        receive();
        return true;
      },
    });
    const server = await app.server();
    const response = Promise.resolve(
      server.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'mutation { submitAIJob(input: { videoId: "v" }) { requestId } }' }),
        signal: client.signal,
      }),
    ).catch(() => {});
    await received;
    client.abort();
    await response;
    await expect.poll(() => emulator.jobs.submittedAIJobs.length).toBe(2);
  });
});

describe('submitAIImageJob', () => {
  it('creates a job, and returns its known fields without another call', async () => {
    const { query, emulator } = await runningGateway();

    const { data, errors } = await query(`mutation {
      submitAIImageJob(input: {
        videoId: "video-1", templateId: "template-1", pipelineId: "pipeline-1", userData: { extend: { a: [1, null] } }
      }) { job { id status video { id } templateId userData images { url } failure { code } } userErrors { code } }
    }`);

    expect(errors).toBeUndefined();
    expect(data.submitAIImageJob).toEqual({
      job: {
        id: emulator.jobs.submittedAIImageJobs[0]?.jobId,
        status: 'INIT',
        video: { id: 'video-1' },
        templateId: 'template-1',
        userData: { Extend: { a: [1, null] } },
        images: null,
        failure: null,
      },
      userErrors: [],
    });
    expect(emulator.calls.map(({ parameters }) => parameters)).toEqual([
      {
        VideoId: 'video-1',
        AITemplateId: 'template-1',
        AIPipelineId: 'pipeline-1',
        UserData: expect.stringMatching(/^\{"Extend":\{"a":\[1,null\],"vodAiGateway":"\w+"\}\}$/),
      },
    ]);
  });

  it('looks up the fields that the response lacks if they are selected', async () => {
    const { query, emulator } = await runningGateway();

    const { data, errors } = await query(`mutation {
      submitAIImageJob(input: { videoId: "video-1", templateId: "template-1" }) {
        job { createdAt templateConfig { format setDefaultCover } }
      }
    }`);

    expect(errors).toBeUndefined();
    expect(data.submitAIImageJob.job).toEqual({
      createdAt: '2026-01-01T00:00:00.000Z',
      templateConfig: { format: expect.any(String), setDefaultCover: expect.any(Boolean) },
    });
    expect(emulator.calls.map(({ action }) => action)).toEqual(['SubmitAIImageJob', 'GetAIImageJobs']);
  });

  it('names all invalid fields at once', async () => {
    const { query, emulator } = await runningGateway({ region: 'ap-southeast-1' });

    const { data } = await query(SubmitAIImageJobDocument, {
      input: { videoId: '', templateId: ' ', pipelineId: 'a\n', userData: {} },
    });

    expect(data.submitAIImageJob.userErrors.map(({ code, field }) => [code, field])).toEqual([
      ['UNSUPPORTED_IN_REGION', ['templateId']],
      ['INVALID_INPUT', ['videoId']],
      ['INVALID_INPUT', ['templateId']],
      ['INVALID_INPUT', ['pipelineId']],
      ['INVALID_INPUT', ['userData']],
    ]);
    expect(emulator.calls).toHaveLength(0);
  });
});
