import { describe, expect, test } from 'vitest';
import { runningEmulator, start, type TestEmulator } from '../running-emulator.ts';
import { callV3 } from '../signed-call.ts';

interface Info {
  readonly TemplateId: string;
  readonly [key: string]: string;
}

const audit = {
  AuditItem: ['terrorism', 'porn'],
  AuditRange: ['image-cover', 'text-title', 'video'],
  AuditContent: ['screen'],
  AuditAutoBlock: 'yes',
};
const image = { Format: 'gif', SetDefaultCover: 'true' };
const toAdd = (TemplateType: string, config: object, TemplateName = 'n') => ({
  TemplateType,
  TemplateName,
  TemplateConfig: JSON.stringify(config),
});

async function added(emulator: TestEmulator, type: string, config: object): Promise<string> {
  const { body } = await callV3(emulator, 'AddAITemplate', toAdd(type, config));
  return String(body.TemplateId);
}

async function list(emulator: TestEmulator, TemplateType: string): Promise<readonly Info[]> {
  const { body } = await callV3(emulator, 'ListAITemplate', { TemplateType });
  return body.TemplateInfoList as Info[];
}

async function outcome(emulator: TestEmulator, action: string, parameters: Record<string, string>) {
  const { status, body } = await callV3(emulator, action, parameters);
  return [status, body.Code];
}

describe('errors', () => {
  const nameAndConfig = { TemplateName: 'n', TemplateConfig: JSON.stringify(image) };
  const unknown = { TemplateId: 'unknown' };

  test.each([
    ['AddAITemplate', {}, 400, 'MissingTemplateType'],
    ['AddAITemplate', { TemplateType: 'AIImage' }, 400, 'MissingTemplateName'],
    ['AddAITemplate', { TemplateType: 'AIImage', TemplateName: 'n' }, 400, 'MissingTemplateConfig'],
    ['AddAITemplate', { ...nameAndConfig, TemplateType: 'AIOther' }, 400, 'InvalidParameter'],
    ['AddAITemplate', { ...toAdd('AIImage', image), TemplateConfig: '{' }, 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIImage', []), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIImage', { Format: 'gif' }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIImage', { ...image, Format: 'jpg' }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIImage', { ...image, SetDefaultCover: true }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIImage', { ...image, Other: 1 }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIImage', audit), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIMediaAudit', image), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIMediaAudit', { ...audit, AuditItem: [] }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIMediaAudit', { ...audit, AuditItem: ['odd'] }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIMediaAudit', { ...audit, AuditRange: 'video' }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIMediaAudit', { ...audit, AuditContent: [1] }), 400, 'InvalidParameter'],
    ['AddAITemplate', toAdd('AIMediaAudit', { ...audit, AuditAutoBlock: true }), 400, 'InvalidParameter'],
    ['UpdateAITemplate', nameAndConfig, 400, 'MissingTemplateId'],
    ['UpdateAITemplate', { ...unknown, TemplateConfig: '{}' }, 400, 'MissingTemplateName'],
    ['UpdateAITemplate', { ...unknown, TemplateName: 'n' }, 400, 'MissingTemplateConfig'],
    ['UpdateAITemplate', { ...unknown, ...nameAndConfig }, 404, 'InvalidTemplate.NotFound'],
    ['DeleteAITemplate', {}, 400, 'MissingTemplateId'],
    ['DeleteAITemplate', unknown, 404, 'InvalidTemplate.NotFound'],
    ['GetAITemplate', {}, 400, 'MissingTemplateId'],
    ['GetAITemplate', unknown, 404, 'InvalidTemplate.NotFound'],
    ['ListAITemplate', {}, 400, 'MissingTemplateType'],
    ['ListAITemplate', { TemplateType: 'aiimage' }, 400, 'InvalidParameter'],
    ['SetDefaultAITemplate', {}, 400, 'MissingTemplateId'],
    ['SetDefaultAITemplate', unknown, 404, 'InvalidTemplate.NotFound'],
    ['GetDefaultAITemplate', {}, 400, 'MissingTemplateType'],
    ['GetDefaultAITemplate', { TemplateType: 'AIImage' }, 400, 'InvalidParameter'],
  ])('%s rejects %o', async (action, parameters, status, code) => {
    const emulator = await runningEmulator();
    const before = emulator.templates.all;
    expect(await outcome(emulator, action, parameters)).toEqual([status, code]);
    expect(emulator.templates.all).toEqual(before);
  });

  test('the limit of a name is in bytes', async () => {
    const emulator = await runningEmulator();
    const fits = toAdd('AIImage', image, `${'视'.repeat(42)}ab`);
    expect(await outcome(emulator, 'AddAITemplate', fits)).toEqual([200, undefined]);
    const tooLong = { ...fits, TemplateName: `${fits.TemplateName}c` };
    expect(await outcome(emulator, 'AddAITemplate', tooLong)).toEqual([400, 'InvalidParameter']);
    const TemplateId = await added(emulator, 'AIImage', image);
    expect(await outcome(emulator, 'UpdateAITemplate', { ...tooLong, TemplateId })).toEqual([
      400,
      'InvalidParameter',
    ]);
  });
});

describe('regions', () => {
  test.each([
    ['cn-shanghai', 200, 200],
    ['cn-beijing', 200, 200],
    ['ap-southeast-1', 200, 403],
    ['eu-central-1', 403, 403],
  ])('%s: automated review %i, covers %i', async (region, ofAudit, ofImage) => {
    const emulator = await runningEmulator({ region });
    for (const [type, config, status] of [
      ['AIMediaAudit', audit, ofAudit],
      ['AIImage', image, ofImage],
    ] as const) {
      const code = status === 200 ? undefined : 'OperationDenied';
      expect(await outcome(emulator, 'AddAITemplate', toAdd(type, config))).toEqual([status, code]);
      expect(await outcome(emulator, 'ListAITemplate', { TemplateType: type })).toEqual([status, code]);
      expect(emulator.templates.all.some((template) => template.type === type)).toBe(status === 200);
    }
    expect((await outcome(emulator, 'GetDefaultAITemplate', { TemplateType: 'AIMediaAudit' }))[0]).toBe(
      ofAudit,
    );
    expect((await outcome(emulator, 'GetAITemplate', { TemplateId: 'unknown' }))[0]).toBe(
      ofAudit === 200 ? 404 : 403,
    );
  });
});

describe('system templates', () => {
  test('exist from the start, are the same in every emulator, and include the default', async () => {
    const [emulator, other] = [await runningEmulator(), await runningEmulator()];
    for (const type of ['AIMediaAudit', 'AIImage']) {
      const infos = await list(emulator, type);
      expect(infos).toEqual(await list(other, type));
      expect(infos.length).toBeGreaterThan(1);
      expect(infos.filter(({ IsDefault }) => IsDefault === 'Default')).toHaveLength(
        type === 'AIImage' ? 0 : 1,
      );
      for (const info of infos) {
        expect(info).toMatchObject({
          TemplateId: expect.stringMatching(/^[0-9a-f]{32}$/),
          TemplateType: type,
          Source: 'System',
        });
      }
    }
  });

  test('cannot be changed or deleted', async () => {
    const emulator = await runningEmulator();
    for (const { templateId, type } of emulator.templates.all) {
      const change = { TemplateId: templateId, ...toAdd(type, type === 'AIImage' ? image : audit) };
      expect(await outcome(emulator, 'UpdateAITemplate', change)).toEqual([403, 'OperationDenied']);
      expect(await outcome(emulator, 'DeleteAITemplate', { TemplateId: templateId })).toEqual([
        403,
        'OperationDenied',
      ]);
    }
  });
});

test('an added template is returned with its keys in the order of the documents', async () => {
  const emulator = await runningEmulator();
  const add = await callV3(emulator, 'AddAITemplate', toAdd('AIMediaAudit', audit, '审核'));
  expect(add.body).toEqual({
    RequestId: expect.any(String),
    TemplateId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  const TemplateId = String(add.body.TemplateId);
  const { body } = await callV3(emulator, 'GetAITemplate', { TemplateId });
  const { IsDefault, ...info } = body.TemplateInfo as Info;
  expect(['NotDefault', 'NoDefault', undefined]).toContain(IsDefault);
  expect(info).toEqual({
    TemplateId,
    TemplateType: 'AIMediaAudit',
    TemplateName: '审核',
    TemplateConfig:
      '{"AuditRange":["image-cover","text-title","video"],"AuditContent":["screen"],"AuditItem":["terrorism","porn"],"AuditAutoBlock":"yes"}',
    Source: 'Custom',
    CreationTime: '2026-01-02T03:04:05Z',
    ModifyTime: '2026-01-02T03:04:05Z',
  });
  expect((await list(emulator, 'AIMediaAudit')).at(-1)).toEqual(body.TemplateInfo);
  expect(emulator.templates.find(TemplateId)).toMatchObject({ name: '审核', createdAt: start });
});

test('an update replaces the name and the configuration, and keeps the type and the id', async () => {
  const emulator = await runningEmulator();
  const TemplateId = await added(emulator, 'AIImage', image);
  emulator.clock.advance(60_000);
  const change = { TemplateId, TemplateName: 'new', TemplateConfig: JSON.stringify(audit) };
  const rejected = await callV3(emulator, 'UpdateAITemplate', change);
  expect(rejected.body.Code).toBe('InvalidParameter');

  const TemplateConfig = '{"Format":"png","SetDefaultCover":"false"}';
  const { body } = await callV3(emulator, 'UpdateAITemplate', { ...change, TemplateConfig });
  expect(body).toEqual({ RequestId: expect.any(String), TemplateId });
  const got = await callV3(emulator, 'GetAITemplate', { TemplateId });
  expect(got.body.TemplateInfo).toMatchObject({
    TemplateId,
    TemplateType: 'AIImage',
    TemplateName: 'new',
    TemplateConfig,
    CreationTime: '2026-01-02T03:04:05Z',
    ModifyTime: '2026-01-02T03:05:05Z',
  });
});

test('a deleted template does not exist', async () => {
  const emulator = await runningEmulator();
  const TemplateId = await added(emulator, 'AIImage', image);
  const { body } = await callV3(emulator, 'DeleteAITemplate', { TemplateId });
  expect(body).toEqual({ RequestId: expect.any(String), TemplateId });
  for (const action of ['GetAITemplate', 'DeleteAITemplate']) {
    expect(await outcome(emulator, action, { TemplateId })).toEqual([404, 'InvalidTemplate.NotFound']);
  }
});

describe('the default template', () => {
  const ofDefault = async (emulator: TestEmulator) => {
    const { body } = await callV3(emulator, 'GetDefaultAITemplate', { TemplateType: 'AIMediaAudit' });
    return body.TemplateInfo as Info;
  };

  test('is a system template until another one is set, and cannot be deleted', async () => {
    const emulator = await runningEmulator();
    const first = await ofDefault(emulator);
    expect(first).toMatchObject({ IsDefault: 'Default', Source: 'System', TemplateType: 'AIMediaAudit' });

    const TemplateId = await added(emulator, 'AIMediaAudit', audit);
    const { body } = await callV3(emulator, 'SetDefaultAITemplate', { TemplateId });
    expect(body).toEqual({ RequestId: expect.any(String), TemplateId });
    expect(await ofDefault(emulator)).toMatchObject({ IsDefault: 'Default', TemplateId });
    expect(emulator.templates.defaultId).toBe(TemplateId);
    const defaults = (await list(emulator, 'AIMediaAudit')).filter((info) => info.IsDefault === 'Default');
    expect(defaults.map((info) => info.TemplateId)).toEqual([TemplateId]);
    expect(await outcome(emulator, 'DeleteAITemplate', { TemplateId })).toEqual([403, 'OperationDenied']);

    await callV3(emulator, 'SetDefaultAITemplate', { TemplateId: first.TemplateId });
    expect(await outcome(emulator, 'DeleteAITemplate', { TemplateId })).toEqual([200, undefined]);
  });

  test('must be a template of automated review', async () => {
    const emulator = await runningEmulator();
    const TemplateId = await added(emulator, 'AIImage', image);
    expect(await outcome(emulator, 'SetDefaultAITemplate', { TemplateId })).toEqual([
      400,
      'InvalidParameter',
    ]);
  });
});

test('templates that are not the default have all documented forms of IsDefault', async () => {
  const emulator = await runningEmulator();
  for (let count = 0; count < 40; count += 1) emulator.templates.add();
  const forms = new Set((await list(emulator, 'AIImage')).map(({ IsDefault }) => IsDefault));
  expect(forms).toEqual(new Set(['NotDefault', 'NoDefault', undefined]));
  expect(await list(emulator, 'AIImage')).toEqual(await list(emulator, 'AIImage'));
});

test('a template that was added without a call is returned unchanged', async () => {
  const emulator = await runningEmulator();
  const { templateId } = emulator.templates.add({
    templateId: 'mine',
    type: 'AIMediaAudit',
    name: 'odd',
    config: '{',
    source: 'System',
    createdAt: start - 1000,
  });
  const { body } = await callV3(emulator, 'GetAITemplate', { TemplateId: templateId });
  expect(body.TemplateInfo).toMatchObject({
    TemplateId: 'mine',
    TemplateType: 'AIMediaAudit',
    TemplateName: 'odd',
    TemplateConfig: '{',
    Source: 'System',
    CreationTime: '2026-01-02T03:04:04Z',
  });
});
