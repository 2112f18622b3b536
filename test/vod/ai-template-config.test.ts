import { describe, expect, it } from 'vitest';
import type { AITemplateConfigChange } from '../../src/domain/ai-template.ts';
import { Undecodable } from '../../src/domain/decoded.ts';
import { decodeTemplateConfig, encodeTemplateConfig } from '../../src/vod/ai-template-config.ts';

describe("an image template's configuration", () => {
  it.each([
    ['{"Format":"gif","SetDefaultCover":"true"}', 'GIF', true],
    ['{"Format":"GIF","SetDefaultCover":true}', 'GIF', true],
    ['{"Format":"Png","SetDefaultCover":"False"}', 'PNG', false],
    ['{"Format":"png","SetDefaultCover":false}', 'PNG', false],
    ['{"Format":"png","SetDefaultCover":"yes"}', 'PNG', true],
    [{ Format: 'gif', SetDefaultCover: 'no' }, 'GIF', false],
    ['{"Format":"gif"}', 'GIF', undefined],
    ['{"SetDefaultCover":null}', undefined, undefined],
    ['{"Unknown":1}', undefined, undefined],
    ['{}', undefined, undefined],
  ] as const)('%j is decoded', (config, format, setDefaultCover) => {
    expect(decodeTemplateConfig('IMAGE', config)).toEqual({ kind: 'IMAGE', format, setDefaultCover });
  });

  it.each([
    '{"Format":"webp"}',
    '{"Format":1}',
    '{"SetDefaultCover":"perhaps"}',
    '{"SetDefaultCover":1}',
    '[]',
    '{',
  ])('%s is undecodable', (config) => {
    expect(decodeTemplateConfig('IMAGE', config)).toBeInstanceOf(Undecodable);
  });
});

describe("a review template's configuration", () => {
  it.each([
    ['yes', true],
    ['no', false],
    ['Yes', true],
    ['true', true],
    ['false', false],
    [true, true],
    [false, false],
    [undefined, undefined],
    [null, undefined],
  ])('is decoded with the AuditAutoBlock %j', (AuditAutoBlock, autoBlock) => {
    const config = JSON.stringify({
      AuditItem: ['terrorism', 'porn', 'ad', 'Logo', 'logo', 'live', 'audio'],
      AuditRange: ['video', 'image-cover', 'text-title'],
      AuditContent: ['screen'],
      AuditAutoBlock,
    });
    expect(decodeTemplateConfig('MEDIA_AUDIT', config)).toEqual({
      kind: 'MEDIA_AUDIT',
      items: ['TERRORISM', 'PORN', 'AD', 'LOGO', 'LOGO', 'LIVE', 'AUDIO'],
      range: ['VIDEO', 'IMAGE_COVER', 'TEXT_TITLE'],
      content: ['SCREEN'],
      autoBlock,
    });
  });

  it('is decoded without any key', () => {
    expect(decodeTemplateConfig('MEDIA_AUDIT', '{}')).toEqual({
      kind: 'MEDIA_AUDIT',
      items: [],
      range: [],
      content: [],
      autoBlock: undefined,
    });
  });

  it.each([
    ['{"AuditItem":["violence"]}', 'invalid_value at AuditItem.0'],
    ['{"AuditItem":["porn","toString"]}', 'invalid_value at AuditItem.1'],
    ['{"AuditRange":["subtitle"]}', 'invalid_value at AuditRange.0'],
    ['{"AuditContent":["sound"]}', 'invalid_value at AuditContent.0'],
    ['{"AuditAutoBlock":"perhaps"}', 'invalid_union at AuditAutoBlock'],
    ['{"AuditItem":"porn"}', 'invalid_type at AuditItem'],
  ])('%s is undecodable', (config, received) => {
    expect(decodeTemplateConfig('MEDIA_AUDIT', config)).toEqual(
      new Undecodable('TemplateConfig', 'the documented structure', received),
    );
  });
});

it.each([undefined, null, ''])('an empty configuration is absent: %j', (config) => {
  for (const type of ['IMAGE', 'MEDIA_AUDIT', undefined] as const) {
    expect(decodeTemplateConfig(type, config)).toBeUndefined();
  }
});

describe('TemplateConfig', () => {
  const audit = { kind: 'MEDIA_AUDIT', items: ['PORN'], range: ['VIDEO'] } as const;
  const cases: [AITemplateConfigChange, string][] = [
    [{ kind: 'IMAGE', format: 'GIF', setDefaultCover: true }, '{"Format":"gif","SetDefaultCover":"true"}'],
    [{ kind: 'IMAGE', format: 'PNG', setDefaultCover: false }, '{"Format":"png","SetDefaultCover":"false"}'],
    [{ kind: 'IMAGE', format: 'PNG', setDefaultCover: null }, '{"Format":"png","SetDefaultCover":"false"}'],
    [
      {
        kind: 'MEDIA_AUDIT',
        items: ['TERRORISM', 'PORN', 'AD', 'LOGO', 'LIVE', 'AUDIO', 'AD'],
        range: ['IMAGE_COVER', 'TEXT_TITLE', 'VIDEO'],
        content: ['SCREEN'],
        autoBlock: true,
      },
      '{"AuditItem":["terrorism","porn","ad","logo","live","audio"],' +
        '"AuditRange":["image-cover","text-title","video"],"AuditContent":["screen"],"AuditAutoBlock":"yes"}',
    ],
    [audit, '{"AuditItem":["porn"],"AuditRange":["video"],"AuditContent":["screen"],"AuditAutoBlock":"no"}'],
    [
      { ...audit, content: null, autoBlock: null },
      '{"AuditItem":["porn"],"AuditRange":["video"],"AuditContent":["screen"],"AuditAutoBlock":"no"}',
    ],
  ];

  it.each(cases)('of %j has all keys', (config, expected) => {
    expect(encodeTemplateConfig(config)).toBe(expected);
  });

  it.each(cases)('is decoded from its encoded form: %j', (config) => {
    expect(decodeTemplateConfig(config.kind, encodeTemplateConfig(config))).toMatchObject({
      kind: config.kind,
    });
  });
});
