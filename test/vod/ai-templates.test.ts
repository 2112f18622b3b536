import { describe, expect, it } from 'vitest';
import type { AITemplate } from '../../src/domain/ai-template.ts';
import { Undecodable } from '../../src/domain/decoded.ts';
import { InvalidResponseError, RejectedError } from '../../src/rpc/errors.ts';
import { failure } from '../rpc/running-client.ts';
import { apiError } from '../rpc/scripted-server.ts';
import { fixture } from './fixture.ts';
import { respondingVod } from './responding-vod.ts';
import { scriptedVod } from './scripted-vod.ts';

const ID = '1706a0063dd733f6a823ef32e0a5****';

const sample = {
  id: ID,
  name: 'DemoAITemplate',
  type: 'MEDIA_AUDIT',
  source: 'CUSTOM',
  createdAt: new Date('2020-07-08T06:50:45Z'),
  updatedAt: new Date('2020-07-08T06:58:45Z'),
  config: {
    kind: 'MEDIA_AUDIT',
    items: ['TERRORISM', 'PORN'],
    range: ['TEXT_TITLE', 'VIDEO'],
    content: ['SCREEN'],
    autoBlock: true,
  },
};

/** The fields of a template that has only its id. */
const bare = {
  name: undefined,
  type: undefined,
  source: undefined,
  isDefault: undefined,
  createdAt: undefined,
  updatedAt: undefined,
  config: undefined,
};

/** Decodes a template with these fields from a response of GetAITemplate. */
async function decode(wire: Record<string, unknown>): Promise<AITemplate> {
  const { vod } = await respondingVod({ RequestId: 'R', TemplateInfo: { TemplateId: 't', ...wire } });
  const template = await vod.aiTemplate('t');
  if (!template) throw new Error('expected a template');
  return template;
}

describe("the documents' samples", () => {
  it('of GetAITemplate are decoded', async () => {
    const { vod, calls } = await respondingVod(fixture('get-ai-template'));
    expect(await vod.aiTemplate(ID)).toEqual({
      ...sample,
      isDefault: false,
      requestId: '080DA371-8AC0-4CD4-4476-33E64282****',
    });
    expect(calls()).toEqual([{ action: 'GetAITemplate', parameters: { TemplateId: ID } }]);
  });

  it('of ListAITemplate are decoded, with an IsDefault that is missing from the tables', async () => {
    const { vod, calls } = await respondingVod(fixture('list-ai-template'));
    expect(await vod.aiTemplates('MEDIA_AUDIT')).toEqual([
      { ...sample, isDefault: false, requestId: '75B7BC67-FB8C-4653-4788-F4B01ED2****' },
    ]);
    expect(calls()).toEqual([{ action: 'ListAITemplate', parameters: { TemplateType: 'AIMediaAudit' } }]);
  });

  it('of GetDefaultAITemplate are decoded', async () => {
    const { vod, calls } = await respondingVod(fixture('get-default-ai-template'));
    expect(await vod.defaultMediaAuditTemplate()).toEqual({
      ...sample,
      isDefault: true,
      requestId: 'A017F1DE-3DC3-4441-6755-37E81113****',
    });
    expect(calls()).toEqual([
      { action: 'GetDefaultAITemplate', parameters: { TemplateType: 'AIMediaAudit' } },
    ]);
  });

  it('of AddAITemplate are decoded', async () => {
    const { vod, calls } = await respondingVod(fixture('add-ai-template'));
    const config = { kind: 'IMAGE', format: 'GIF' } as const;
    expect(await vod.addAITemplate({ name: '封面', config })).toEqual({
      made: ID,
      requestId: '25818875-5F78-4A13-BEF6-****',
    });
    expect(calls()).toEqual([
      {
        action: 'AddAITemplate',
        parameters: {
          TemplateType: 'AIImage',
          TemplateName: '封面',
          TemplateConfig: '{"Format":"gif","SetDefaultCover":"false"}',
        },
      },
    ]);
  });

  it('of UpdateAITemplate are decoded', async () => {
    const { vod, calls } = await respondingVod(fixture('update-ai-template'));
    const config = { kind: 'IMAGE', format: 'PNG', setDefaultCover: true } as const;
    expect(await vod.updateAITemplate({ id: ID, name: 'n', config })).toEqual({
      made: ID,
      requestId: '25818875-5F78-4A13-BEF6-****',
    });
    expect(calls()).toEqual([
      {
        action: 'UpdateAITemplate',
        parameters: {
          TemplateId: ID,
          TemplateName: 'n',
          TemplateConfig: '{"Format":"png","SetDefaultCover":"true"}',
        },
      },
    ]);
  });

  it('of DeleteAITemplate are decoded', async () => {
    const { vod, calls } = await respondingVod(fixture('delete-ai-template'));
    expect(await vod.deleteAITemplate(ID)).toEqual({ made: ID, requestId: '25818875-5F78-4A13-BEF6-****' });
    expect(calls()).toEqual([{ action: 'DeleteAITemplate', parameters: { TemplateId: ID } }]);
  });

  it('of SetDefaultAITemplate are decoded', async () => {
    const { vod, calls } = await respondingVod(fixture('set-default-ai-template'));
    expect(await vod.setDefaultAITemplate(ID)).toEqual({
      made: ID,
      requestId: '8E70E3F8-E2EE-47BC-4677-379D6F28****',
    });
    expect(calls()).toEqual([{ action: 'SetDefaultAITemplate', parameters: { TemplateId: ID } }]);
  });
});

describe('a response without any optional key', () => {
  it('is a template with only its id', async () => {
    expect(await decode({})).toEqual({ id: 't', requestId: 'R', ...bare });
    const { vod } = await respondingVod({ TemplateInfoList: [{ TemplateId: 't' }] });
    expect(await vod.aiTemplates('IMAGE')).toEqual([{ id: 't', requestId: undefined, ...bare }]);
    const { vod: other } = await respondingVod({ TemplateInfo: { TemplateId: 't' } });
    expect(await other.defaultMediaAuditTemplate()).toEqual({ id: 't', requestId: undefined, ...bare });
  });

  it('confirms a change of the requested id', async () => {
    const { vod } = await respondingVod({ RequestId: 'R' });
    expect(await vod.deleteAITemplate('t')).toEqual({ made: 't', requestId: 'R' });
    expect(await vod.setDefaultAITemplate('t')).toEqual({ made: 't', requestId: 'R' });
    const config = { kind: 'IMAGE', format: 'GIF' } as const;
    expect(await vod.updateAITemplate({ id: 't', name: 'n', config })).toEqual({
      made: 't',
      requestId: 'R',
    });
  });

  it.each([{ RequestId: 'R' }, { RequestId: 'R', TemplateInfo: null, TemplateInfoList: null }])(
    'has no template: %j',
    async (response) => {
      const { vod } = await respondingVod(response);
      expect(await vod.aiTemplate('t')).toBeUndefined();
      expect(await vod.defaultMediaAuditTemplate()).toBeUndefined();
      expect(await vod.aiTemplates('IMAGE')).toEqual([]);
    },
  );

  it('may have unknown keys', async () => {
    expect(await decode({ Unknown: { a: 1 }, TemplateName: 'n' })).toMatchObject({ name: 'n' });
  });
});

describe('the field', () => {
  it.each([
    ['IsDefault', 'Default', 'isDefault', true],
    ['IsDefault', 'NotDefault', 'isDefault', false],
    ['IsDefault', 'NoDefault', 'isDefault', false],
    ['Source', 'System', 'source', 'SYSTEM'],
    ['Source', 'Custom', 'source', 'CUSTOM'],
    ['TemplateType', 'AIImage', 'type', 'IMAGE'],
    ['TemplateType', 'AIMediaAudit', 'type', 'MEDIA_AUDIT'],
  ] as const)('%s is decoded from %s', async (wireField, value, field, expected) => {
    expect((await decode({ [wireField]: value }))[field]).toBe(expected);
  });

  const whole = {
    TemplateName: 'n',
    TemplateType: 'AIImage',
    TemplateConfig: '{"Format":"gif"}',
    Source: 'Custom',
    IsDefault: 'Default',
    CreationTime: '2020-07-08T06:50:45Z',
    ModifyTime: '2020-07-08T06:58:45Z',
  };

  it.each([
    ['Source', 'source', 'Shared'],
    ['IsDefault', 'isDefault', 'Perhaps'],
    ['CreationTime', 'createdAt', 'soon'],
    ['ModifyTime', 'updatedAt', 'soon'],
    ['TemplateConfig', 'config', '{"Format":"webp"}'],
    ['TemplateConfig', 'config', '{"Format":'],
  ] as const)('%s that is undecodable leaves the other fields intact', async (wireField, field, value) => {
    const { [field]: _, ...others } = await decode(whole);
    const template = await decode({ ...whole, [wireField]: value });
    expect(template[field]).toBeInstanceOf(Undecodable);
    expect(template[field]).toMatchObject({ field: wireField });
    expect(template).toMatchObject(others);
  });

  it('TemplateType that is undecodable makes the configuration undecodable', async () => {
    const template = await decode({ ...whole, TemplateType: 'AISomething' });
    expect(template.type).toEqual(new Undecodable('TemplateType', 'AIImage or AIMediaAudit', 'AISomething'));
    expect(template.config).toBe(template.type);
    expect((await decode({ TemplateConfig: '{}' })).config).toBeInstanceOf(Undecodable);
  });
});

describe('a template that does not exist', () => {
  it.each([
    [404, 'InvalidTemplate.NotFound'],
    [404, 'InvalidAITemplate.NotFound'],
    [404, 'SomeOtherCode'],
    [400, 'InvalidTemplate.NotFound'],
    [400, 'AITemplateNotExist'],
  ])('is undefined: HTTP %i, %s', async (status, code) => {
    const { vod } = await scriptedVod(apiError(status, code));
    expect(await vod.aiTemplate('t')).toBeUndefined();
    expect(await vod.defaultMediaAuditTemplate()).toBeUndefined();
  });

  it.each([
    [404, 'InvalidAccessKeyId.NotFound'],
    [404, 'InvalidAction.NotFound'],
    [403, 'Forbidden.RAM'],
    [400, 'InvalidParameter'],
  ])('is not the meaning of HTTP %i, %s', async (status, code) => {
    const { vod } = await scriptedVod(apiError(status, code));
    const lookups = [vod.aiTemplate('t'), vod.defaultMediaAuditTemplate(), vod.aiTemplates('IMAGE')];
    for (const error of await Promise.all(lookups.map(failure))) {
      expect(error).toBeInstanceOf(RejectedError);
    }
  });
});

describe('a response of another structure', () => {
  it.each([
    [{ hello: 'world' }],
    [{ RequestId: 'R', TemplateInfo: [], TemplateInfoList: {} }],
    [{ RequestId: 'R', TemplateInfo: { TemplateName: 'no id' }, TemplateInfoList: [{ TemplateName: 'n' }] }],
  ])('is rejected: %j', async (response) => {
    const { vod } = await respondingVod(response);
    const lookups = [vod.aiTemplate('t'), vod.defaultMediaAuditTemplate(), vod.aiTemplates('IMAGE')];
    for (const error of await Promise.all(lookups.map(failure))) {
      expect(error).toBeInstanceOf(InvalidResponseError);
    }
  });

  it.each([[{}], [{ TemplateId: '' }], [{ TemplateId: 7 }]])(
    'may have created a template: %j',
    async (response) => {
      const { vod, calls } = await respondingVod({ RequestId: 'R-5', ...response });
      const config = { kind: 'IMAGE', format: 'GIF' } as const;
      const error = await failure(vod.addAITemplate({ name: 'n', config }));
      expect(error).toBeInstanceOf(InvalidResponseError);
      expect(error).toMatchObject({ requestId: 'R-5', action: 'AddAITemplate', mayHaveRun: true });
      expect(calls()).toHaveLength(1);
    },
  );
});
