import { describe, expect, it } from 'vitest';
import { InvalidResponseError, RejectedError, TimeoutError, UnavailableError } from '../../src/rpc/errors.ts';
import { failure, TIMEOUT_MS } from '../rpc/running-client.ts';
import { apiError, json, type Reply, reset, stall } from '../rpc/scripted-server.ts';
import { fixture } from './fixture.ts';
import { respondingVod } from './responding-vod.ts';
import { scriptedVod } from './scripted-vod.ts';

const ID = '1706a0063dd733f6a823ef32e0a5****';

describe('a change of a template', () => {
  const config = { kind: 'IMAGE', format: 'GIF' } as const;

  it('is not retried if it may have created a template', async () => {
    const { vod, requests } = await scriptedVod(reset, json(200, fixture('add-ai-template')));
    const error = await failure(vod.addAITemplate({ name: 'n', config }));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.mayHaveRun).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('that creates a template is retried after throttling', async () => {
    const { vod, clock } = await scriptedVod(
      apiError(400, 'Throttling.User'),
      json(200, fixture('add-ai-template')),
    );
    const added = vod.addAITemplate({ name: 'n', config });
    await clock.scheduled(2);
    clock.advance(100);
    expect((await added).made).toBe(ID);
  });

  it.each(['updateAITemplate', 'deleteAITemplate', 'setDefaultAITemplate'] as const)(
    'that is idempotent is retried: %s',
    async (change) => {
      const { vod, requests, clock } = await scriptedVod(reset, json(200, { RequestId: 'R' }));
      const changed =
        change === 'updateAITemplate' ? vod[change]({ id: 't', name: 'n', config }) : vod[change]('t');
      await clock.scheduled(2);
      clock.advance(100);
      expect(await changed).toEqual({ made: 't', requestId: 'R' });
      expect(requests).toHaveLength(2);
    },
  );

  it('is a deletion if a retry finds no template', async () => {
    const { vod, clock } = await scriptedVod(reset, apiError(404, 'InvalidTemplate.NotFound'));
    const deleted = vod.deleteAITemplate('t');
    await clock.scheduled(2);
    clock.advance(100);
    expect(await deleted).toEqual({ made: 't', requestId: 'R-error' });
  });

  it('is rejected if the first attempt finds no template, also after throttling', async () => {
    const { vod } = await scriptedVod(apiError(404, 'InvalidTemplate.NotFound'));
    expect(await failure(vod.deleteAITemplate('t'))).toMatchObject({ code: 'InvalidTemplate.NotFound' });
    const { vod: throttled, clock } = await scriptedVod(
      apiError(400, 'Throttling.User'),
      apiError(404, 'InvalidTemplate.NotFound'),
    );
    const deleted = failure(throttled.deleteAITemplate('t'));
    await clock.scheduled(2);
    clock.advance(100);
    expect(await deleted).toBeInstanceOf(RejectedError);
  });

  it.each([[{}], [{ hello: 'world' }]])(
    'rejects a response that is not from the API: %j',
    async (response) => {
      const { vod } = await respondingVod(response);
      const changes = [
        vod.updateAITemplate({ id: 't', name: 'n', config }),
        vod.deleteAITemplate('t'),
        vod.setDefaultAITemplate('t'),
      ];
      for (const error of await Promise.all(changes.map(failure))) {
        expect(error).toBeInstanceOf(InvalidResponseError);
      }
    },
  );

  it('may have been made after a timeout', async () => {
    const { vod, received, clock } = await scriptedVod(stall);
    const error = failure(vod.addAITemplate({ name: 'n', config }));
    await received(1);
    clock.advance(TIMEOUT_MS);
    expect(await error).toBeInstanceOf(TimeoutError);
    expect((await error).mayHaveRun).toBe(true);
  });
});

describe('a partial update', () => {
  const existing = { TemplateId: 't', TemplateName: 'old', TemplateConfig: '{ "Format": "webp" }' };
  const responses = (info: unknown): [Reply, Reply] => [
    json(200, { RequestId: 'R-1', TemplateInfo: info }),
    json(200, { RequestId: 'R-2', TemplateId: 't' }),
  ];
  const sent = (path = '') => Object.fromEntries(new URL(path, 'http://localhost').searchParams);

  it('sends the other values unchanged, even undecodable ones', async () => {
    const { vod, requests } = await scriptedVod(...responses(existing));
    expect(await vod.updateAITemplate({ id: 't', name: 'new' })).toEqual({ made: 't', requestId: 'R-2' });
    expect(requests.map(({ headers }) => headers['x-acs-action'])).toEqual([
      'GetAITemplate',
      'UpdateAITemplate',
    ]);
    expect(sent(requests[1]?.path)).toEqual({ ...existing, TemplateName: 'new' });
  });

  it('sends the name unchanged', async () => {
    const { vod, requests } = await scriptedVod(
      ...responses({ ...existing, TemplateConfig: { Format: 'gif' } }),
    );
    await vod.updateAITemplate({ id: 't', name: null, config: { kind: 'IMAGE', format: 'PNG' } });
    expect(sent(requests[1]?.path)).toEqual({
      TemplateId: 't',
      TemplateName: 'old',
      TemplateConfig: '{"Format":"png","SetDefaultCover":"false"}',
    });
  });

  it('fails if the read is rejected', async () => {
    const { vod } = await scriptedVod(apiError(404, 'InvalidTemplate.NotFound'));
    const error = await failure(vod.updateAITemplate({ id: 't', name: 'new' }));
    expect(error).toMatchObject({ code: 'InvalidTemplate.NotFound', action: 'GetAITemplate' });
  });

  it('is not sent if the other values are unknown', async () => {
    const { vod, requests } = await scriptedVod(...responses({ TemplateId: 't', TemplateName: 'old' }));
    const error = await failure(vod.updateAITemplate({ id: 't', name: 'new' }));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(requests).toHaveLength(1);
  });
});
