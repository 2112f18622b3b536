import { z } from 'zod';
import type {
  AITemplate,
  AITemplateSource,
  AITemplateType,
  CreateAITemplate,
  UpdateAITemplate,
} from '../domain/ai-template.ts';
import type { Submitted } from '../domain/submission.ts';
import { type CallObserver, type RecordCall, type RpcClient, unrecorded } from '../rpc/client.ts';
import { InvalidResponseError, isNotFound } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import {
  decodeTemplateConfig,
  encodeTemplateConfig,
  templateTypes,
  wireTemplateTypes,
} from './ai-template-config.ts';
import { anything, decodeText, decodeTime, decodeWord, rawText } from './fields.ts';
import { assertDone, assertNothingFound, decodeBody, decodeIfFound, isEmptyObject } from './responses.ts';

/**
 * AddAITemplate, UpdateAITemplate, DeleteAITemplate, GetAITemplate, ListAITemplate, SetDefaultAITemplate and
 * GetDefaultAITemplate: the actions of AI templates. They reject only with an `RpcError`.
 */
export interface TemplateActions {
  /** GetAITemplate. `undefined` if the template does not exist. */
  aiTemplate(id: string, signal?: AbortSignal, observer?: CallObserver): Promise<AITemplate | undefined>;
  /** ListAITemplate: all templates of a type. */
  aiTemplates(
    type: AITemplateType,
    signal?: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly AITemplate[]>;
  /** GetDefaultAITemplate, which supports only review templates. `undefined` if there is no default. */
  defaultMediaAuditTemplate(signal?: AbortSignal, observer?: CallObserver): Promise<AITemplate | undefined>;
  /** AddAITemplate: the id of the new template. Not retried if it may have run, because each run creates a template. */
  addAITemplate(template: CreateAITemplate, record?: RecordCall): Promise<Submitted<string>>;
  /** UpdateAITemplate. The API requires name and configuration, so an absent one is read and sent unchanged. */
  updateAITemplate(change: UpdateAITemplate, record?: RecordCall): Promise<Submitted<string>>;
  /** DeleteAITemplate. The API rejects it for a default template. */
  deleteAITemplate(id: string, record?: RecordCall): Promise<Submitted<string>>;
  /** SetDefaultAITemplate. */
  setDefaultAITemplate(id: string, record?: RecordCall): Promise<Submitted<string>>;
}

/**
 * Updates, deletions and the choice of the default are idempotent, so they are retried like reads. A retry may
 * overwrite another caller's change that was made in between, as a slower first attempt would.
 */
const idempotent = { kind: 'read' } as const;

/** Creates the actions. */
export function templateActions(rpc: RpcClient): TemplateActions {
  return {
    aiTemplate: (id, signal, observer) =>
      decodeIfFound(
        rpc.call('GetAITemplate', { TemplateId: id }, { kind: 'read', signal, observer }),
        decodeTemplateInfo,
      ),
    async aiTemplates(type, signal, observer) {
      const parameters = { TemplateType: wireTemplateTypes[type] };
      return decodeTemplates(
        await rpc.call('ListAITemplate', parameters, { kind: 'read', signal, observer }),
      );
    },
    defaultMediaAuditTemplate: (signal, observer) =>
      decodeIfFound(
        rpc.call(
          'GetDefaultAITemplate',
          { TemplateType: wireTemplateTypes.MEDIA_AUDIT },
          { kind: 'read', signal, observer },
        ),
        decodeTemplateInfo,
      ),
    async addAITemplate({ name, config }, record = unrecorded) {
      const parameters = {
        TemplateType: wireTemplateTypes[config.kind],
        TemplateName: name,
        TemplateConfig: encodeTemplateConfig(config),
      };
      return record('AddAITemplate', async (observer) => {
        const response = await rpc.call('AddAITemplate', parameters, { kind: 'submit', observer });
        return { made: decodeBody(response, addResponse).TemplateId, requestId: response.requestId };
      });
    },
    async updateAITemplate(change, record = unrecorded) {
      const parameters = await encodeUpdate(rpc, change, record);
      return record('UpdateAITemplate', async (observer) =>
        changed(change.id, await rpc.call('UpdateAITemplate', parameters, { ...idempotent, observer })),
      );
    },
    async deleteAITemplate(id, record = unrecorded) {
      let mayHaveRun = false;
      const onFailedAttempt = (error: { readonly mayHaveRun: boolean }) => {
        mayHaveRun ||= error.mayHaveRun;
      };
      try {
        return await record('DeleteAITemplate', async (observer) => {
          const options = { ...idempotent, onFailedAttempt, observer };
          return changed(id, await rpc.call('DeleteAITemplate', { TemplateId: id }, options));
        });
      } catch (error) {
        // An earlier attempt deleted the template, but its response was lost.
        if (mayHaveRun && isNotFound(error)) return { made: id, requestId: error.requestId };
        throw error;
      }
    },
    async setDefaultAITemplate(id, record = unrecorded) {
      return record('SetDefaultAITemplate', async (observer) =>
        changed(id, await rpc.call('SetDefaultAITemplate', { TemplateId: id }, { ...idempotent, observer })),
      );
    },
  };
}

/** The result of a change. The id is the requested one, because not every response repeats it. */
function changed(id: string, response: RpcResponse): Submitted<string> {
  assertDone(response);
  return { made: id, requestId: response.requestId };
}

/** The parameters of UpdateAITemplate. Rejects if the template has to be read and does not exist. */
async function encodeUpdate(
  rpc: RpcClient,
  { id, name, config }: UpdateAITemplate,
  record: RecordCall,
): Promise<Record<string, string>> {
  let TemplateName = name ?? undefined;
  let TemplateConfig = config ? encodeTemplateConfig(config) : undefined;
  if (TemplateName === undefined || TemplateConfig === undefined) {
    const response = await record('GetAITemplate', (observer) =>
      rpc.call('GetAITemplate', { TemplateId: id }, { kind: 'read', observer }),
    );
    const current = templateResponse.safeParse(response.body).data?.TemplateInfo;
    TemplateName ??= decodeText(current?.TemplateName);
    // The raw text, so that a configuration with undocumented values is sent unchanged.
    TemplateConfig ??= rawText(current?.TemplateConfig) || undefined;
    if (TemplateName === undefined || TemplateConfig === undefined) {
      throw new InvalidResponseError('a template without name or configuration', response);
    }
  }
  return { TemplateId: id, TemplateName, TemplateConfig };
}

const addResponse = z.object({ TemplateId: z.string().min(1) });

const wireTemplate = z.object({
  TemplateId: z.string().min(1),
  TemplateName: anything,
  TemplateType: anything,
  TemplateConfig: anything,
  Source: anything,
  IsDefault: anything,
  CreationTime: anything,
  ModifyTime: anything,
});
const templateResponse = z.object({ TemplateInfo: wireTemplate.nullish() });
const listResponse = z.object({ TemplateInfoList: z.array(wireTemplate).nullish() });

function decodeTemplateInfo(response: RpcResponse): AITemplate | undefined {
  if (isEmptyObject(response.body.TemplateInfo)) return undefined;
  const { TemplateInfo } = decodeBody(response, templateResponse);
  if (TemplateInfo === undefined) assertNothingFound(response);
  return TemplateInfo ? decodeTemplate(TemplateInfo, response.requestId) : undefined;
}

function decodeTemplates(response: RpcResponse): readonly AITemplate[] {
  const { TemplateInfoList } = decodeBody(response, listResponse);
  if (TemplateInfoList === undefined) assertNothingFound(response);
  return (TemplateInfoList ?? []).map((template) => decodeTemplate(template, response.requestId));
}

const sources = { System: 'SYSTEM', Custom: 'CUSTOM' } as const satisfies Record<string, AITemplateSource>;

/** ListAITemplate's sample has `NoDefault`, which is missing from its list of values. */
const defaults = { Default: true, NotDefault: false, NoDefault: false } as const;

/** Decodes one template. An undecodable field leaves the other fields intact. */
function decodeTemplate(template: z.infer<typeof wireTemplate>, requestId: string | undefined): AITemplate {
  const type = decodeWord('TemplateType', template.TemplateType, templateTypes);
  return {
    id: template.TemplateId,
    name: decodeText(template.TemplateName),
    type,
    source: decodeWord<AITemplateSource>('Source', template.Source, sources),
    isDefault: decodeWord<boolean>('IsDefault', template.IsDefault, defaults),
    createdAt: decodeTime('CreationTime', template.CreationTime),
    updatedAt: decodeTime('ModifyTime', template.ModifyTime),
    config: decodeTemplateConfig(type, template.TemplateConfig),
    requestId,
  };
}
