import { describe, expect, it } from 'vitest';
import { runningEmulator } from '../running-emulator.ts';
import { callV3 } from '../signed-call.ts';

describe('ListJobInfo', () => {
  it('lists the AI jobs of the video of the last six months, whoever submitted them', async () => {
    const emulator = await runningEmulator();
    const { jobs, clock } = emulator;
    jobs.addAIJob({ jobId: 'old', mediaId: 'v', createdAt: clock.now() - 181 * 86_400_000 });
    jobs.addAIJob({ jobId: 'dna', mediaId: 'v', type: 'AIMediaDNA', status: 'success' });
    jobs.addAIJob({ jobId: 'other', mediaId: 'w' });
    await callV3(emulator, 'SubmitAIJob', { MediaId: 'v', Types: 'AIVideoTag' });
    const made = jobs.submittedAIJobs[0]?.jobId;

    const { body } = await callV3(emulator, 'ListJobInfo', { MediaId: 'v', JobType: 'ai' });

    expect(body).toMatchObject({
      MediaId: 'v',
      JobType: 'ai',
      JobInfoList: [
        {
          JobId: 'dna',
          Status: 'success',
          UserId: expect.any(Number),
          CreateTime: expect.stringMatching(/Z\n?$/),
        },
        { JobId: made, Status: 'reserved' },
      ],
    });
  });

  it.each([
    [{ JobType: 'ai' }, 400, 'MissingMediaId'],
    [{ MediaId: 'v' }, 400, 'MissingJobType'],
    [{ MediaId: 'v', JobType: 'workflow' }, 400, 'InvalidParameter'],
    [{ MediaId: 'is-missing', JobType: 'ai' }, 404, 'InvalidVideo.NotFound'],
  ])('rejects %o', async (parameters, status, code) => {
    const response = await callV3(await runningEmulator(), 'ListJobInfo', parameters);
    expect([response.status, response.body.Code]).toEqual([status, code]);
  });

  it('lists nothing of the other types', async () => {
    const { body } = await callV3(await runningEmulator(), 'ListJobInfo', {
      MediaId: 'v',
      JobType: 'snapshot',
    });
    expect(body).toMatchObject({ JobType: 'snapshot', JobInfoList: [] });
  });
});

describe('GetJobDetail', () => {
  it('returns the job with the internal name of its type and what started it, but no result', async () => {
    const emulator = await runningEmulator();
    emulator.jobs.addAIJob({ jobId: 'tag', mediaId: 'v', status: 'success' });
    emulator.jobs.addAIJob({ jobId: 'dna', mediaId: 'v', type: 'AIMediaDNA', trigger: 'Auto' });
    const detail = async (JobId: string) =>
      (await callV3(emulator, 'GetJobDetail', { JobId, JobType: 'ai' })).body.AIJobDetail;

    expect(await detail('tag')).toMatchObject({
      JobId: 'tag',
      MediaId: 'v',
      JobType: 'AIVideoTag',
      Trigger: 'Manual',
    });
    expect(await detail('dna')).toMatchObject({ JobType: 'AIVideoFPShot', Trigger: 'Auto' });
    expect(await detail('tag')).not.toHaveProperty('Data');
  });

  it.each([
    [{ JobType: 'ai' }, 400, 'MissingJobId'],
    [{ JobId: 'unknown', JobType: 'ai' }, 404, 'NoSuchResource'],
    [{ JobId: 'unknown', JobType: 'other' }, 400, 'InvalidParameter'],
  ])('rejects %o', async (parameters, status, code) => {
    const response = await callV3(await runningEmulator(), 'GetJobDetail', parameters);
    expect([response.status, response.body.Code]).toEqual([status, code]);
  });
});
