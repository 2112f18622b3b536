import { createRequire } from 'node:module';
import RPCClient from '@alicloud/pop-core';
import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/server.ts';
import { runningEmulator } from './running-emulator.ts';

// These CommonJS packages have their own `default`. Node and the test runner map it to an ES module's default in
// different ways, so they are required, not imported.
const require = createRequire(import.meta.url);
const openApi: typeof import('@alicloud/openapi-client') = require('@alicloud/openapi-client');
const teaUtil: typeof import('@alicloud/tea-util') = require('@alicloud/tea-util');

const userData = JSON.stringify({ Extend: { title: '视频 é 🎬 a+b&c=d%20', odd: "!'()*~" } });

/** The vendor's clients. They sign with the system clock, so the emulator uses it too. */
const clients = {
  '@alicloud/pop-core (V1, GET)': (emulator: Emulator, secret: string) => popCore(emulator, secret, 'GET'),
  '@alicloud/pop-core (V1, POST form)': (emulator: Emulator, secret: string) =>
    popCore(emulator, secret, 'POST'),
  '@alicloud/openapi-client (V3, query)': (emulator: Emulator, secret: string) =>
    openApiV3(emulator, secret, 'query'),
  '@alicloud/openapi-client (V3, form)': (emulator: Emulator, secret: string) =>
    openApiV3(emulator, secret, 'body'),
  '@alicloud/openapi-client (its v2, which is V1)': (emulator: Emulator, secret: string) =>
    openApiV3(emulator, secret, 'query', 'v2'),
};

type Call = (action: string, parameters: Record<string, string>) => Promise<Record<string, unknown>>;

function popCore(emulator: Emulator, accessKeySecret: string, method: 'GET' | 'POST'): Call {
  const { accessKeyId, securityToken } = emulator.credentials;
  const client = new RPCClient({
    accessKeyId,
    accessKeySecret,
    endpoint: emulator.origin,
    apiVersion: '2017-03-21',
    ...(securityToken === undefined ? {} : { securityToken }),
  });
  return (action, parameters) => client.request(action, parameters, { method });
}

function openApiV3(
  emulator: Emulator,
  accessKeySecret: string,
  where: 'query' | 'body',
  signatureAlgorithm = 'ACS3-HMAC-SHA256',
): Call {
  const { accessKeyId, securityToken } = emulator.credentials;
  const client = new openApi.default(
    new openApi.Config({
      accessKeyId,
      accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
      protocol: 'HTTP',
      endpoint: new URL(emulator.origin).host,
      signatureAlgorithm,
    }),
  );
  return async (action, parameters) => {
    const params = new openApi.Params({
      action,
      version: '2017-03-21',
      protocol: 'HTTP',
      pathname: '/',
      method: 'POST',
      authType: 'AK',
      bodyType: 'json',
      reqBodyType: 'formData',
      style: 'RPC',
    });
    const request = new openApi.OpenApiRequest({ [where]: parameters });
    const { body } = await client.callApi(params, request, new teaUtil.RuntimeOptions({}));
    return body;
  };
}

describe.each(Object.entries(clients))('%s', (_, connect) => {
  test('submits and lists jobs', async () => {
    const emulator = await runningEmulator({ now: Date.now, speed: Number.POSITIVE_INFINITY });
    const call = connect(emulator, emulator.credentials.accessKeySecret);

    const submission = await call('SubmitAIJob', { MediaId: '视频-1', UserData: userData });
    const jobs = emulator.jobs.submittedAIJobs;
    expect(submission).toMatchObject({
      RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
      AIJobList: { AIJob: jobs.map(({ jobId, type }) => ({ JobId: jobId, MediaId: '视频-1', Type: type })) },
    });
    expect(jobs.map(({ type, userData }) => [type, userData])).toEqual([
      ['AIMediaDNA', userData],
      ['AIVideoTag', userData],
    ]);

    const list = await call('ListAIJob', {
      JobIds: [...jobs.map(({ jobId }) => jobId), 'unknown'].join(','),
    });
    expect(list).toMatchObject({ NonExistAIJobIds: { String: ['unknown'] } });
    const { AIJob } = list.AIJobList as { AIJob: { Status: string }[] };
    expect(AIJob.map(({ Status }) => Status)).toEqual(['success', 'success']);
  });

  test('submits and lists image jobs, and keeps special characters', async () => {
    const emulator = await runningEmulator({ now: Date.now, speed: Number.POSITIVE_INFINITY });
    const call = connect(emulator, emulator.credentials.accessKeySecret);

    const { JobId } = await call('SubmitAIImageJob', { VideoId: 'v', AITemplateId: 't', UserData: userData });
    const { AIImageJobList } = await call('GetAIImageJobs', { JobIds: String(JobId) });
    expect(AIImageJobList).toMatchObject([{ JobId, VideoId: 'v', UserData: userData, Status: 'success' }]);
  });

  test('sets and returns the event notification of the region', async () => {
    const emulator = await runningEmulator({ now: Date.now });
    const call = connect(emulator, emulator.credentials.accessKeySecret);

    const settings = {
      CallbackType: 'HTTP',
      CallbackURL: 'https://gateway.example.com/callbacks/vod?a=b&c=d',
      AuthSwitch: 'on',
      AuthKey: 'Abc123',
      EventTypeList: 'FileUploadComplete,AIComplete',
    };
    await call('SetMessageCallback', settings);
    const { MessageCallback } = await call('GetMessageCallback', {});
    expect(MessageCallback).toEqual({ AppId: 'app-1000000', ...settings });
  });

  test('submits reviews, reads them and their results, and deletes a fingerprint', async () => {
    const emulator = await runningEmulator({ now: Date.now, speed: Number.POSITIVE_INFINITY });
    const call = connect(emulator, emulator.credentials.accessKeySecret);

    const { JobId } = await call('SubmitAIMediaAuditJob', { MediaId: '视频-1', UserData: userData });
    const { JobId: imageJobId } = await call('SubmitAIImageAuditJob', { MediaId: '图-1', TemplateId: 't' });
    expect(await call('GetAIMediaAuditJob', { JobId: String(JobId) })).toMatchObject({
      MediaAuditJob: {
        JobId,
        MediaId: '视频-1',
        Status: 'success',
        Data: { VideoResult: expect.any(Object) },
      },
    });
    expect(await call('GetAIMediaAuditJob', { JobId: String(imageJobId) })).toMatchObject({
      MediaAuditJob: { MediaId: '图-1', Data: { ImageResult: expect.any(Array) } },
    });
    const medium = { MediaId: '视频-1' };
    expect(await call('GetMediaAuditResult', medium)).toHaveProperty('MediaAuditResult.Suggestion');
    expect(await call('GetMediaAuditResultTimeline', medium)).toHaveProperty('MediaAuditResultTimeline.Ad');
    expect(await call('GetMediaAuditResultDetail', { ...medium, PageNo: '1' })).toHaveProperty(
      'MediaAuditResultDetail.List',
    );
    expect(await call('GetMediaAuditAudioResultDetail', medium)).toHaveProperty(
      'MediaAuditAudioResultDetail.List',
    );
    expect(await call('SubmitMediaDNADeleteJob', medium)).toHaveProperty('JobId');
    expect(emulator.jobs.deletedMediaDNA).toEqual(['视频-1']);
  });

  test('adds a template, submits an image job with it, and lists and deletes the images', async () => {
    const options = { now: Date.now, speed: Number.POSITIVE_INFINITY, strictTemplates: true };
    const emulator = await runningEmulator(options);
    const call = connect(emulator, emulator.credentials.accessKeySecret);

    const TemplateConfig = '{"Format":"gif","SetDefaultCover":"true"}';
    const { TemplateId } = await call('AddAITemplate', {
      TemplateType: 'AIImage',
      TemplateName: '封面 é 🎬',
      TemplateConfig,
    });
    expect(await call('GetAITemplate', { TemplateId: String(TemplateId) })).toMatchObject({
      TemplateInfo: { TemplateName: '封面 é 🎬', TemplateConfig, Source: 'Custom' },
    });

    const { JobId } = await call('SubmitAIImageJob', { VideoId: '视频-1', AITemplateId: String(TemplateId) });
    const { AIImageInfoList } = await call('ListAIImageInfo', { VideoId: '视频-1' });
    const infos = AIImageInfoList as { AIImageInfoId: string }[];
    expect(infos[0]).toMatchObject({ JobId, VideoId: '视频-1', Format: 'gif' });
    const AIImageInfoIds = infos.map(({ AIImageInfoId }) => AIImageInfoId).join(',');
    expect(Object.keys(await call('DeleteAIImageInfos', { AIImageInfoIds }))).toEqual(['RequestId']);
    await expect(call('ListAIImageInfo', { VideoId: '视频-1' })).resolves.toMatchObject({
      AIImageInfoList: [],
    });
  });

  test('lists the jobs of a video, and finds one by its id', async () => {
    const emulator = await runningEmulator({ now: Date.now });
    const call = connect(emulator, emulator.credentials.accessKeySecret);
    await call('SubmitAIJob', { MediaId: '视频-1', Types: 'AIMediaDNA' });
    const JobId = emulator.jobs.submittedAIJobs[0]?.jobId ?? '';

    const list = await call('ListJobInfo', { MediaId: '视频-1', JobType: 'ai' });
    expect(list).toMatchObject({ MediaId: '视频-1', JobInfoList: [{ JobId, Status: 'reserved' }] });
    const detail = await call('GetJobDetail', { JobId, JobType: 'ai' });
    expect(detail.AIJobDetail).toMatchObject({ JobId, JobType: 'AIVideoFPShot', Trigger: 'Manual' });
  });

  test('is rejected with a wrong secret', async () => {
    const emulator = await runningEmulator({ now: Date.now });
    const call = connect(emulator, 'wrong');
    await expect(call('SubmitAIJob', { MediaId: 'v' })).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
  });

  test('is accepted with the security token of temporary credentials', async () => {
    const credentials = { accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'token+/=' };
    const emulator = await runningEmulator({ now: Date.now, credentials });
    const call = connect(emulator, 'secret');
    await expect(call('ListAIJob', { JobIds: 'unknown' })).resolves.toMatchObject({
      NonExistAIJobIds: { String: ['unknown'] },
    });
  });

  test("parses the API's errors", async () => {
    const emulator = await runningEmulator({ now: Date.now });
    const call = connect(emulator, emulator.credentials.accessKeySecret);
    await expect(call('SubmitAIJob', { MediaId: 'missing' })).rejects.toMatchObject({
      code: 'InvalidVideo.NotFound',
    });
  });
});
