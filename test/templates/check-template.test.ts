import { describe, expect, it } from 'vitest';
import type {
  AITemplateConfigChange,
  CreateAITemplate,
  UpdateAITemplate,
} from '../../src/domain/ai-template.ts';
import type { Region } from '../../src/domain/region.ts';
import {
  checkCreateAITemplate,
  checkKind,
  checkTemplateId,
  checkUpdateAITemplate,
} from '../../src/templates/check-template.ts';

const image: AITemplateConfigChange = { kind: 'IMAGE', format: 'GIF', setDefaultCover: true };
const audit: AITemplateConfigChange = { kind: 'MEDIA_AUDIT', items: ['PORN'], range: ['VIDEO'] };

const create = (template: Partial<CreateAITemplate>, region: Region = 'cn-shanghai') =>
  checkCreateAITemplate({ name: 'n', config: image, ...template }, region);
const update = (change: Partial<UpdateAITemplate>, region: Region = 'cn-shanghai') =>
  checkUpdateAITemplate({ id: 't', ...change }, region);
const messages = (errors: readonly { message: string }[]) => errors.map(({ message }) => message);

describe('a new template', () => {
  it.each([
    image,
    { kind: 'IMAGE', format: 'PNG' },
    { kind: 'IMAGE', format: 'PNG', setDefaultCover: null },
    audit,
    { ...audit, content: ['SCREEN'], autoBlock: false },
    { ...audit, content: null, autoBlock: null },
  ] satisfies AITemplateConfigChange[])('is accepted with %j', (config) => {
    expect(create({ config })).toEqual([]);
  });

  it.each([
    ['x', 128],
    ['视', 42],
    ['🎬', 32],
  ])('has a name of at most 128 bytes: %s', (character, most) => {
    expect(create({ name: character.repeat(most) })).toEqual([]);
    const bytes = Buffer.byteLength(character.repeat(most + 1));
    expect(create({ name: character.repeat(most + 1) })).toEqual([
      {
        code: 'INVALID_INPUT',
        field: ['name'],
        message: `name: expected 1 to 128 bytes of UTF-8; got ${bytes}`,
      },
    ]);
  });

  it.each([
    ['', 'name: expected 1 to 128 bytes of UTF-8; got an empty text'],
    ['\ud83c', 'name: expected valid Unicode; got an unpaired surrogate'],
  ])('is rejected with the name %j', (name, message) => {
    expect(messages(create({ name }))).toEqual([message]);
  });

  it('is rejected with empty lists', () => {
    expect(create({ config: { kind: 'MEDIA_AUDIT', items: [], range: [], content: [] } })).toEqual(
      ['items', 'range', 'content'].map((key) => ({
        code: 'INVALID_INPUT',
        field: ['config', 'mediaAudit', key],
        message: `config.mediaAudit.${key}: expected at least one value; got an empty list`,
      })),
    );
  });

  it('returns all errors at once', () => {
    const errors = create({ name: '', config: { ...audit, items: [] } }, 'eu-central-1');
    expect(errors.map(({ code, field }) => [code, field?.join('.')])).toEqual([
      ['INVALID_INPUT', 'name'],
      ['UNSUPPORTED_IN_REGION', 'config.mediaAudit'],
      ['INVALID_INPUT', 'config.mediaAudit.items'],
    ]);
  });

  it.each([
    ['cn-shanghai', true, true],
    ['cn-beijing', true, true],
    ['ap-southeast-1', false, true],
    ['eu-central-1', false, false],
  ] as const)('in %s is accepted for covers: %j, for reviews: %j', (region, covers, reviews) => {
    expect(create({ config: image }, region).length === 0).toBe(covers);
    expect(create({ config: audit }, region).length === 0).toBe(reviews);
    expect(checkTemplateId('t', region).length === 0).toBe(reviews);
  });

  it('for covers is rejected with the regions that offer them', () => {
    expect(messages(create({}, 'ap-southeast-1'))).toEqual([
      'IMAGE_AI is offered in cn-shanghai, cn-beijing; this gateway serves ap-southeast-1',
    ]);
  });
});

describe('an update', () => {
  it.each([{ name: 'n' }, { config: image }, { name: 'n', config: audit }, { name: 'n', config: null }])(
    'is accepted with %j',
    (change) => {
      expect(update(change)).toEqual([]);
    },
  );

  it.each([{}, { name: null, config: null }, { name: undefined }])(
    'is rejected without a change: %j',
    (change) => {
      expect(update(change)).toEqual([
        {
          code: 'INVALID_INPUT',
          field: ['name'],
          message: 'name: expected `name`, `config` or both; got neither',
        },
      ]);
    },
  );

  it('returns all errors at once', () => {
    const errors = update({ id: 'a,b', name: '', config: { ...audit, range: [] } });
    expect(errors.map(({ field }) => field?.join('.'))).toEqual(['id', 'name', 'config.mediaAudit.range']);
    expect(errors[0]?.message).toBe(
      'id: expected 1 to 64 characters without commas, blanks or control characters; got "a,b"',
    );
  });

  it('has a configuration of the type of its template', () => {
    expect(checkKind('IMAGE', 'IMAGE')).toEqual([]);
    expect(checkKind('IMAGE', 'MEDIA_AUDIT')).toEqual([
      {
        code: 'INVALID_INPUT',
        field: ['config', 'image'],
        message:
          'config.image: expected the configuration of a template of type MEDIA_AUDIT; got one of type IMAGE',
      },
    ]);
  });
});
