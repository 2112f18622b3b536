import { describe, expect, test } from 'vitest';
import { runningEmulator } from '../running-emulator.ts';
import { callV3 } from '../signed-call.ts';

const speed = Number.POSITIVE_INFINITY;

describe('a review', () => {
  test('is submitted, read as an object, and found by its medium', async () => {
    const emulator = await runningEmulator({ speed });
    const call = async (action: string, parameters: Record<string, string>) =>
      (await callV3(emulator, action, parameters)).body;

    const { JobId, MediaId } = await call('SubmitAIMediaAuditJob', { MediaId: 'v-1' });
    expect(MediaId).toBe('v-1');
    expect(emulator.jobs.submittedMediaAuditJobs.map(({ jobId }) => jobId)).toEqual([JobId]);
    expect(emulator.jobs.submittedAIJobs).toEqual([]);
    const { MediaAuditJob } = await call('GetAIMediaAuditJob', { JobId: String(JobId) });
    expect(MediaAuditJob).toMatchObject({
      JobId,
      Type: 'AIMediaAudit',
      Status: 'success',
      Data: { Suggestion: expect.stringMatching(/^(pass|review|block)$/) },
    });
    const { Data } = MediaAuditJob as { Data: object };
    expect(await call('GetMediaAuditResult', { MediaId: 'v-1' })).toMatchObject({ MediaAuditResult: Data });
    expect(await call('GetMediaAuditResultTimeline', { MediaId: 'v-1' })).toMatchObject({
      MediaAuditResultTimeline: { Porn: expect.any(Array), Logo: expect.any(Array) },
    });
    expect(await call('GetMediaAuditResultDetail', { MediaId: 'v-1', PageNo: '1' })).toMatchObject({
      MediaAuditResultDetail: { Total: expect.any(Number), List: expect.any(Array) },
    });
    expect(await call('GetMediaAuditAudioResultDetail', { MediaId: 'v-1' })).toMatchObject({
      MediaAuditAudioResultDetail: { PageTotal: 1, List: expect.any(Array) },
    });
  });

  test('is not in the list of ListAIJob', async () => {
    const emulator = await runningEmulator({ speed });
    // The list of another id may be packed in one text.
    const { jobId } = emulator.jobs.addAIJob({ jobId: 'review-1', type: 'AIMediaAudit' });
    const { body } = await callV3(emulator, 'ListAIJob', { JobIds: jobId });
    expect(body.NonExistAIJobIds).toEqual({ String: [jobId] });
  });

  test('of an unknown id is an error or nothing', async () => {
    const emulator = await runningEmulator();
    const ids = Array.from({ length: 20 }, (_, index) => `unknown-${index}`);
    const responses = await Promise.all(
      ids.map((JobId) => callV3(emulator, 'GetAIMediaAuditJob', { JobId })),
    );
    const forms = new Set(responses.map(({ status, body }) => `${status} ${body.Code}`));
    expect(forms).toEqual(new Set(['200 undefined', '404 NoSuchResource']));
  });

  test.each([
    ['SubmitAIMediaAuditJob', {}, 400, 'MissingMediaId'],
    ['SubmitAIMediaAuditJob', { MediaId: 'is-missing' }, 404, 'InvalidVideo.NotFound'],
    ['SubmitAIMediaAuditJob', { MediaId: 'v', MediaType: 'audio' }, 400, 'InvalidParameter'],
    ['SubmitAIMediaAuditJob', { MediaId: 'v', UserData: '{}' }, 400, 'InvalidParameter'],
    [
      'SubmitAIMediaAuditJob',
      { MediaId: 'v', MediaAuditConfiguration: '{"ResourceType":"a b"}' },
      400,
      'InvalidParameter',
    ],
    ['SubmitAIImageAuditJob', { MediaId: 'i' }, 400, 'MissingTemplateId'],
    ['GetAIMediaAuditJob', {}, 400, 'MissingJobId'],
    ['GetMediaAuditResultDetail', { MediaId: 'v' }, 400, 'MissingPageNo'],
    ['GetMediaAuditResultDetail', { MediaId: 'v', PageNo: '0' }, 400, 'InvalidParameter'],
    ['SubmitMediaDNADeleteJob', {}, 400, 'MissingMediaId'],
  ])('%s rejects %o', async (action, parameters, status, code) => {
    const response = await callV3(await runningEmulator(), action, parameters);
    expect([response.status, response.body.Code]).toEqual([status, code]);
  });

  test.each(['SubmitAIMediaAuditJob', 'GetMediaAuditResult'])('%s checks the region', async (action) => {
    const emulator = await runningEmulator({ region: 'eu-central-1' });
    const { body } = await callV3(emulator, action, { MediaId: 'v' });
    expect(body.Code).toBe('OperationDenied');
  });
});
