import { describe, expect, it } from 'vitest';
import type { AITemplate, AITemplateOutcome } from '../../src/domain/ai-template.ts';
import { Undecodable } from '../../src/domain/decoded.ts';
import type { Region } from '../../src/domain/region.ts';
import {
  InvalidResponseError,
  RejectedError,
  type RpcError,
  ThrottledError,
  TimeoutError,
  UnavailableError,
} from '../../src/rpc/errors.ts';
import { TemplateOutcomeUnknownError, Templates } from '../../src/templates/templates.ts';
import type { TemplateActions } from '../../src/vod/ai-templates.ts';
import { ManualClock } from '../support/manual-clock.ts';

const config = { kind: 'IMAGE', format: 'GIF' } as const;

function template(id: string, known: Partial<AITemplate> = {}): AITemplate {
  return {
    id,
    name: 'n',
    type: 'IMAGE',
    source: 'CUSTOM',
    isDefault: false,
    createdAt: undefined,
    updatedAt: undefined,
    config: undefined,
    requestId: 'R',
    ...known,
  };
}

/** Templates over a VOD in which every template exists. `actions` replaces its actions; `calls` are their names. */
function runningTemplates(actions: Partial<TemplateActions> = {}, region: Region = 'cn-shanghai') {
  const calls: string[] = [];
  const done = async (id: string) => ({ made: id, requestId: 'R' });
  const all: TemplateActions = {
    aiTemplate: async (id) => template(id),
    aiTemplates: async (type) => [template('a', { type }), template('b', { type })],
    defaultMediaAuditTemplate: async () => template('d', { type: 'MEDIA_AUDIT', isDefault: true }),
    addAITemplate: () => done('new'),
    updateAITemplate: ({ id }) => done(id),
    deleteAITemplate: done,
    setDefaultAITemplate: done,
    ...actions,
  };
  const counted = Object.fromEntries(
    Object.entries(all).map(([name, action]: [string, (...args: never[]) => unknown]) => [
      name,
      (...args: never[]) => {
        calls.push(name);
        return action(...args);
      },
    ]),
  ) as unknown as TemplateActions;
  const clock = new ManualClock();
  return { templates: new Templates({ vod: counted, region, clock }), calls, clock };
}

const failing = (error: RpcError) => () => Promise.reject(error);

describe('a template', () => {
  it('is looked up once within five seconds', async () => {
    const { templates, calls, clock } = runningTemplates();
    await Promise.all([templates.get('a'), templates.get('a'), templates.get('b')]);
    await templates.get('a');
    expect(calls).toHaveLength(2);
    clock.advance(5_001);
    expect(await templates.get('a')).toMatchObject({ id: 'a' });
    expect(calls).toHaveLength(3);
  });

  it('that does not exist is undefined', async () => {
    const { templates } = runningTemplates({ aiTemplate: async () => undefined });
    expect(await templates.get('a')).toBeUndefined();
  });

  it('that cannot be read rejects', async () => {
    const error = new ThrottledError({ action: 'GetAITemplate' });
    const { templates } = runningTemplates({ aiTemplate: failing(error) });
    await expect(templates.get('a')).rejects.toBe(error);
  });
});

describe('the default template', () => {
  it('for reviews is read', async () => {
    const { templates, calls } = runningTemplates();
    expect(await templates.default('MEDIA_AUDIT')).toMatchObject({ id: 'd' });
    expect(calls).toEqual(['defaultMediaAuditTemplate']);
  });

  it('for covers is found in the list', async () => {
    const aiTemplates = async () => [template('a'), template('b', { isDefault: true })];
    const { templates, calls } = runningTemplates({ aiTemplates });
    expect(await templates.default('IMAGE')).toMatchObject({ id: 'b' });
    expect(calls).toEqual(['aiTemplates']);
    expect(await runningTemplates().templates.default('IMAGE')).toBeUndefined();
  });

  it('for covers rejects if it is undecodable', async () => {
    const isDefault = new Undecodable('IsDefault', 'Default', 'Perhaps');
    const { templates } = runningTemplates({ aiTemplates: async () => [template('a', { isDefault })] });
    await expect(templates.default('IMAGE')).rejects.toThrow(InvalidResponseError);
  });
});

type Change = (templates: Templates) => Promise<AITemplateOutcome>;
const changes: Record<string, [keyof TemplateActions, Change]> = {
  create: ['addAITemplate', (templates) => templates.create({ name: 'n', config })],
  update: ['updateAITemplate', (templates) => templates.update({ id: 'a', name: 'n' })],
  delete: ['deleteAITemplate', (templates) => templates.delete('a')],
  setDefault: ['setDefaultAITemplate', (templates) => templates.setDefault('a')],
};
const wireActions: Record<string, string> = {
  create: 'AddAITemplate',
  update: 'UpdateAITemplate',
  delete: 'DeleteAITemplate',
  setDefault: 'SetDefaultAITemplate',
};

describe.each(Object.entries(changes))('%s', (name, [action, change]) => {
  const wireAction = wireActions[name] ?? '';

  it('resolves with the id', async () => {
    const { templates } = runningTemplates();
    expect(await change(templates)).toEqual({ made: name === 'create' ? 'new' : 'a', requestId: 'R' });
  });

  it('invalidates the lists, the default and the template', async () => {
    const { templates, calls } = runningTemplates();
    const look = async () => {
      await templates.get(name === 'create' ? 'new' : 'a');
      await templates.get('b');
      await templates.list('IMAGE');
      await templates.default('MEDIA_AUDIT');
    };
    await look();
    await change(templates);
    calls.length = 0;
    await look();
    // The former default has changed.
    const others = name === 'setDefault' ? ['aiTemplate'] : [];
    expect(calls).toEqual(['aiTemplate', ...others, 'aiTemplates', 'defaultMediaAuditTemplate']);
  });

  it('invalidates them even if it may not have been made', async () => {
    const error = new TimeoutError(10_000, { action: wireAction, mayHaveRun: true });
    const { templates, calls } = runningTemplates({ [action]: failing(error) });
    await templates.list('IMAGE');
    await change(templates).catch(() => {});
    calls.length = 0;
    await templates.list('IMAGE');
    expect(calls).toEqual(['aiTemplates']);
  });

  it.each([
    [404, 'InvalidTemplate.NotFound'],
    [403, 'OperationDenied'],
    [400, 'InvalidParameter'],
  ])('returns a rejection as a user error (%i %s)', async (status, code) => {
    const error = new RejectedError({
      action: wireAction,
      code,
      status,
      requestId: 'R-9',
      upstreamMessage: 'No.',
    });
    const { templates } = runningTemplates({ [action]: failing(error) });
    expect(await change(templates)).toEqual({
      requestId: 'R-9',
      userErrors: [
        {
          code: 'REJECTED_BY_VOD',
          message: `VOD rejected ${wireAction}: ${code}: No.`,
          upstream: { code, message: 'No.', requestId: 'R-9' },
        },
      ],
    });
  });

  it.each(['Forbidden.RAM', 'InvalidAccessKeyId.NotFound', 'InvalidAction.NotFound'])(
    "rejects with an error that concerns the gateway's account: %s",
    async (code) => {
      const error = new RejectedError({ action: wireAction, code });
      await expect(change(runningTemplates({ [action]: failing(error) }).templates)).rejects.toBe(error);
    },
  );

  it('rejects with an unknown outcome if it may have been made', async () => {
    const failures = [
      new TimeoutError(10_000, { action: wireAction, mayHaveRun: true }),
      new UnavailableError('the connection was lost', { action: wireAction, mayHaveRun: true }),
      new InvalidResponseError('HTML', { action: wireAction }),
    ];
    for (const failure of failures) {
      const { templates } = runningTemplates({ [action]: failing(failure) });
      const error = await change(templates).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(TemplateOutcomeUnknownError);
      const unknown =
        name === 'create'
          ? 'the template may have been created; list the templates of its type before you retry'
          : 'the change may have been made; it is safe to retry';
      expect(error).toMatchObject({
        name: 'TemplateOutcomeUnknownError',
        message: `${failure.message}; ${unknown}`,
        failure,
      });
    }
  });

  it('rejects with the error if certainly nothing was changed', async () => {
    const failures = [
      new ThrottledError({ action: wireAction }),
      new UnavailableError('no connection', { action: wireAction, mayHaveRun: false }),
    ];
    for (const error of failures) {
      await expect(change(runningTemplates({ [action]: failing(error) }).templates)).rejects.toBe(error);
    }
  });

  it('is not sent if the region has no templates', async () => {
    const { templates, calls } = runningTemplates({}, 'eu-central-1');
    expect(await change(templates)).toMatchObject({ userErrors: [{ code: 'UNSUPPORTED_IN_REGION' }] });
    expect(calls).toEqual([]);
  });
});

describe('an update', () => {
  it('is not sent with the configuration of another type', async () => {
    const { templates, calls } = runningTemplates({
      aiTemplate: async (id) => template(id, { type: 'MEDIA_AUDIT' }),
    });
    expect(await templates.update({ id: 'a', config })).toMatchObject({
      userErrors: [{ code: 'INVALID_INPUT', field: ['config', 'image'] }],
    });
    expect(calls).toEqual(['aiTemplate']);
  });

  it.each([undefined, template('a', { type: undefined })])(
    "is sent if the template's type is unknown: %j",
    async (known) => {
      const { templates, calls } = runningTemplates({ aiTemplate: async () => known });
      await templates.update({ id: 'a', config });
      expect(calls).toEqual(['aiTemplate', 'updateAITemplate']);
    },
  );

  it('was certainly not made if the read before it failed', async () => {
    const error = new TimeoutError(10_000, { action: 'GetAITemplate', mayHaveRun: true });
    const { templates } = runningTemplates({ updateAITemplate: failing(error) });
    await expect(templates.update({ id: 'a', name: 'n' })).rejects.toBe(error);
  });
});

it('does not send an invalid change', async () => {
  const { templates, calls } = runningTemplates();
  expect(await templates.create({ name: '', config })).toMatchObject({ userErrors: [{ field: ['name'] }] });
  expect(await templates.update({ id: 'a' })).toMatchObject({ userErrors: [{ field: ['name'] }] });
  expect(await templates.delete('a,b')).toMatchObject({ userErrors: [{ field: ['id'] }] });
  expect(await templates.setDefault('')).toMatchObject({ userErrors: [{ field: ['id'] }] });
  expect(calls).toEqual([]);
});
