import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/server.ts';
import { runningEmulator } from './running-emulator.ts';
import { callV3 } from './signed-call.ts';

const speed = Number.POSITIVE_INFINITY;

async function submit(emulator: Emulator, AITemplateId: string) {
  return callV3(emulator, 'SubmitAIImageJob', { VideoId: 'v', AITemplateId });
}

async function job(emulator: Emulator, JobIds: unknown): Promise<Record<string, string>> {
  const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: String(JobIds) });
  const [found] = body.AIImageJobList as Record<string, string>[];
  if (found === undefined) throw new Error(`expected a job, got ${JSON.stringify(body)}`);
  return found;
}

describe('image jobs', () => {
  test.each([
    [true, 'unknown', 404, 'InvalidTemplate.NotFound'],
    [true, 'missing', 404, 'InvalidTemplate.NotFound'],
    [false, 'unknown', 200, undefined],
    [false, 'is-missing', 404, 'InvalidTemplate.NotFound'],
  ])('strictTemplates %s: template %s is answered %i %s', async (strictTemplates, id, status, code) => {
    const emulator = await runningEmulator({ strictTemplates });
    const answer = await submit(emulator, id);
    expect([answer.status, answer.body.Code]).toEqual([status, code]);
    expect(emulator.jobs.submittedAIImageJobs).toHaveLength(status === 200 ? 1 : 0);
  });

  test.each([true, false])('strictTemplates %s: the type must be AIImage', async (strictTemplates) => {
    const emulator = await runningEmulator({ strictTemplates });
    const { templateId } = emulator.templates.add({ type: 'AIMediaAudit' });
    const { status, body } = await submit(emulator, templateId);
    expect([status, body.Code]).toEqual([400, 'InvalidParameter']);
    for (const { templateId, type } of emulator.templates.all) {
      expect((await submit(emulator, templateId)).status).toBe(type === 'AIImage' ? 200 : 400);
    }
  });

  test('a video that does not exist comes before a template that does not', async () => {
    const emulator = await runningEmulator({ strictTemplates: true });
    const { body } = await callV3(emulator, 'SubmitAIImageJob', { VideoId: 'missing', AITemplateId: 't' });
    expect(body.Code).toBe('InvalidVideo.NotFound');
  });

  test.each(['gif', 'png'])('have the format of their template: %s', async (Format) => {
    const emulator = await runningEmulator({ strictTemplates: true, speed });
    const config = JSON.stringify({ Format, SetDefaultCover: 'true' });
    const { templateId } = emulator.templates.add({ config });
    const found = await job(emulator, (await submit(emulator, templateId)).body.JobId);
    expect(found).toMatchObject({ TemplateId: templateId, TemplateConfig: config, Status: 'success' });
    for (const { Url } of JSON.parse(found.AIImageResult ?? '') as { Url: string }[]) {
      expect(Url.endsWith(`.${Format}`)).toBe(true);
    }
  });

  test('keep the configuration that their template had when they were submitted', async () => {
    const emulator = await runningEmulator({ strictTemplates: true, speed });
    const config = '{"Format":"gif","SetDefaultCover":"false"}';
    const { templateId } = emulator.templates.add({ config });
    const { JobId } = (await submit(emulator, templateId)).body;
    const before = await job(emulator, JobId);

    const change = { TemplateName: 'n', TemplateConfig: '{"Format":"png","SetDefaultCover":"true"}' };
    await callV3(emulator, 'UpdateAITemplate', { TemplateId: templateId, ...change });
    await callV3(emulator, 'DeleteAITemplate', { TemplateId: templateId });
    expect(await job(emulator, JobId)).toEqual(before);
    expect(before.TemplateConfig).toBe(config);
    expect((await submit(emulator, templateId)).body.Code).toBe('InvalidTemplate.NotFound');
  });

  test.each(['{', '[]', '{"Format":"bmp"}'])(
    'go with a template of the odd configuration %s',
    async (config) => {
      const emulator = await runningEmulator({ speed });
      const { templateId } = emulator.templates.add({ config });
      const found = await job(emulator, (await submit(emulator, templateId)).body.JobId);
      expect(found).toMatchObject({ TemplateConfig: config, AIImageResult: expect.any(String) });
    },
  );

  test('that are put in without a template have one that exists', async () => {
    const emulator = await runningEmulator();
    const { templateId, templateConfig } = emulator.jobs.addAIImageJob();
    expect(emulator.templates.find(templateId)).toMatchObject({ type: 'AIImage', config: templateConfig });
  });
});
