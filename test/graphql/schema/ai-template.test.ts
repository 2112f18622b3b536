import { describe, expect, it } from 'vitest';
import {
  AITemplatesDocument,
  CreateAITemplateDocument,
  SubmitAIImageJobDocument,
} from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

const image = { image: { format: 'PNG' as const, setDefaultCover: true } };
const allFields =
  'id name type source isDefault createdAt updatedAt config { __typename ... on AIImageTemplateConfig { format setDefaultCover } ... on MediaAuditTemplateConfig { items range content autoBlock } }';

const strictGateway = () => runningGateway({ emulator: { strictTemplates: true } });
const actionsOf = ({ emulator }: Awaited<ReturnType<typeof strictGateway>>) =>
  emulator.calls.map(({ action }) => action);

describe('templates', () => {
  it('are listed by type, with their origin and typed settings', async () => {
    const { query } = await strictGateway();
    for (const type of ['IMAGE', 'MEDIA_AUDIT'] as const) {
      const { data, errors } = await query(AITemplatesDocument, { type });
      expect(errors).toBeUndefined();
      expect(data.aiTemplates.length).toBeGreaterThan(0);
      for (const { source, config } of data.aiTemplates) {
        expect(source).toBe('SYSTEM');
        expect(Object.keys(config ?? {})).toContain(type === 'IMAGE' ? 'format' : 'items');
      }
    }
  });

  it('can be created, changed and deleted', async () => {
    const { query } = await strictGateway();
    const created = await query(CreateAITemplateDocument, { input: { name: 'covers', config: image } });
    expect(created.data.createAITemplate).toMatchObject({
      template: {
        name: 'covers',
        type: 'IMAGE',
        source: 'CUSTOM',
        config: { format: 'PNG', setDefaultCover: true },
      },
      userErrors: [],
      requestId: expect.any(String),
    });
    const id = created.data.createAITemplate.template?.id;

    const renamed = await query(
      `mutation ($id: ID!) { updateAITemplate(input: { id: $id, name: "gifs", config: { image: { format: GIF } } }) { template { ${allFields} } userErrors { code } } }`,
      { id },
    );
    expect(renamed.data.updateAITemplate).toMatchObject({
      template: { id, name: 'gifs', config: { format: 'GIF', setDefaultCover: false } },
      userErrors: [],
    });

    const deleted = await query(
      'mutation ($id: ID!) { deleteAITemplate(input: { id: $id }) { deletedId userErrors { code } } }',
      { id },
    );
    expect(deleted.data.deleteAITemplate).toEqual({ deletedId: id, userErrors: [] });
    const after = await query('query ($id: ID!) { aiTemplate(id: $id) { id } }', { id });
    expect(after).toEqual({ data: { aiTemplate: null } });
  });

  it('can be the default of their type', async () => {
    const { query } = await strictGateway();
    const created = await query(CreateAITemplateDocument, {
      input: {
        name: 'review',
        config: { mediaAudit: { items: ['PORN', 'AD'], range: ['VIDEO'], autoBlock: true } },
      },
    });
    const id = created.data.createAITemplate.template?.id;
    expect(created.data.createAITemplate.template?.config).toMatchObject({
      items: ['PORN', 'AD'],
      range: ['VIDEO'],
      content: ['SCREEN'],
      autoBlock: true,
    });
    const set = await query(
      'mutation ($id: ID!) { setDefaultAITemplate(input: { id: $id }) { template { isDefault } userErrors { message } } }',
      { id },
    );
    expect(set.data.setDefaultAITemplate).toEqual({ template: { isDefault: true }, userErrors: [] });
    const { data } = await query(
      '{ defaultAITemplate(type: MEDIA_AUDIT) { id isDefault } none: defaultAITemplate(type: IMAGE) { id } }',
    );
    expect(data).toEqual({ defaultAITemplate: { id, isDefault: true }, none: null });
  });

  it('are null if they do not exist', async () => {
    const { query } = await strictGateway();
    expect(await query('{ aiTemplate(id: "nobody") { id } }')).toEqual({ data: { aiTemplate: null } });
  });

  it('are read from VOD once for many jobs, within a request and across requests', async () => {
    const gateway = await strictGateway();
    const { query } = gateway;
    const { data } = await query(CreateAITemplateDocument, { input: { name: 'covers', config: image } });
    const templateId = data.createAITemplate.template?.id ?? '';
    const ids = await Promise.all(
      [1, 2, 3].map(async (index) => {
        const submitted = await query(SubmitAIImageJobDocument, {
          input: { videoId: `v${index}`, templateId },
        });
        return submitted.data.submitAIImageJob.job?.id;
      }),
    );
    gateway.clock.advance(10_000);
    const before = gateway.emulator.calls.length;
    const read = () =>
      query(
        'query ($ids: [ID!]!) { aiImageJobs(ids: $ids) { template { id name config { __typename } } } }',
        { ids },
      );
    const responses = await Promise.all([read(), read()]);
    for (const response of responses) {
      expect(response.data.aiImageJobs).toEqual(
        ids.map(() => ({
          template: { id: templateId, name: 'covers', config: { __typename: 'AIImageTemplateConfig' } },
        })),
      );
    }
    const templateCalls = actionsOf(gateway)
      .slice(before)
      .filter((action) => action === 'GetAITemplate');
    expect(templateCalls).toHaveLength(1);
  });
});

describe('an invalid change of a template', () => {
  it('is rejected before anything is sent, with a user error for each invalid field', async () => {
    const gateway = await strictGateway();
    const { data } = await gateway.query(CreateAITemplateDocument, {
      input: { name: 'é'.repeat(65), config: { mediaAudit: { items: [], range: [] } } },
    });
    const { template, userErrors } = data.createAITemplate;
    expect(template).toBeNull();
    expect(userErrors.map(({ code, field }) => [code, field])).toEqual([
      ['INVALID_INPUT', ['name']],
      ['INVALID_INPUT', ['config', 'mediaAudit', 'items']],
      ['INVALID_INPUT', ['config', 'mediaAudit', 'range']],
    ]);
    expect(userErrors[0]?.message).toContain('128');
    expect(gateway.emulator.calls).toEqual([]);
  });

  it('is rejected without exactly one configuration', async () => {
    const gateway = await strictGateway();
    for (const config of ['{}', '{ image: { format: GIF }, mediaAudit: { items: [AD], range: [VIDEO] } }']) {
      const { errors } = await gateway.query(
        `mutation { createAITemplate(input: { name: "n", config: ${config} }) { requestId } }`,
      );
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    expect(gateway.emulator.calls).toEqual([]);
  });

  it('is a user error with VOD’s code and RequestId if VOD rejects it', async () => {
    const { query } = await strictGateway();
    const { data: listed } = await query(AITemplatesDocument, { type: 'IMAGE' });
    const system = listed.aiTemplates[0]?.id;
    for (const [id, code] of [
      [system, 'OperationDenied'],
      ['nobody', 'InvalidTemplate.NotFound'],
    ]) {
      const { data, errors } = await query(
        'mutation ($id: ID!) { deleteAITemplate(input: { id: $id }) { deletedId userErrors { code upstream { code requestId } } } }',
        { id },
      );
      expect(errors).toBeUndefined();
      expect(data.deleteAITemplate).toEqual({
        deletedId: null,
        userErrors: [{ code: 'REJECTED_BY_VOD', upstream: { code, requestId: expect.any(String) } }],
      });
    }
  });

  it('is not sent again if its outcome is unknown', async () => {
    const gateway = await strictGateway();
    gateway.emulator.faults.add({ kind: 'resetAfterRunning', action: 'AddAITemplate' });
    const { errors } = await gateway.query(CreateAITemplateDocument, { input: { name: 'n', config: image } });
    expect(errors).toMatchObject([{ extensions: { code: 'SUBMISSION_OUTCOME_UNKNOWN' } }]);
    expect(actionsOf(gateway)).toEqual(['AddAITemplate']);
  });
});
