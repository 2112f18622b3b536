import { z } from 'zod';
import type {
  AITemplate,
  AITemplateSource,
  AITemplateType,
  CreateAITemplate,
  UpdateAITemplate,
} from '../domain/ai-template.ts';
import type { RpcClient } from '../rpc/client.ts';
import { InvalidResponseError, isNotFound } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { encodeTemplateConfig, readTemplateConfig, templateTypes, wireTypes } from './ai-template-config.ts';
import { anything, readText, readTime, readWord } from './fields.ts';
import { assertDone, assertNothingFound, invalidShape, type Submitted } from './job-reader.ts';

/**
 * AddAITemplate, UpdateAITemplate, DeleteAITemplate, GetAITemplate, ListAITemplate, SetDefaultAITemplate and
 * GetDefaultAITemplate: the actions of AI templates. They reject with an `RpcError`, and with nothing else.
 */
export interface TemplateActions {
  /** GetAITemplate: `undefined` where there is no such template. */
  aiTemplate(id: string, signal?: AbortSignal): Promise<AITemplate | undefined>;
  /** ListAITemplate: all templates of a type. */
  aiTemplates(type: AITemplateType, signal?: AbortSignal): Promise<readonly AITemplate[]>;
  /** GetDefaultAITemplate, which knows templates for reviews alone: `undefined` where none is the default. */
  defaultMediaAuditTemplate(signal?: AbortSignal): Promise<AITemplate | undefined>;
  /** AddAITemplate: the new template's id. Never sent again where it may have run: each run makes a template. */
  addAITemplate(template: CreateAITemplate): Promise<Submitted<string>>;
  /** UpdateAITemplate. It wants the name and the configuration: what is not given is read first, and sent unchanged. */
  updateAITemplate(change: UpdateAITemplate): Promise<Submitted<string>>;
  /** DeleteAITemplate. A default template is not deleted. */
  deleteAITemplate(id: string): Promise<Submitted<string>>;
  /** SetDefaultAITemplate. */
  setDefaultAITemplate(id: string): Promise<Submitted<string>>;
}

/**
 * How updates, deletions and the choice of the default are sent: what they leave behind is the same however often they
 * run, so they are sent again wherever a reading would be. Another's change that comes in between is overwritten, as it
 * would be had it come a moment sooner: this caller is still waiting.
 */
const idempotent = { kind: 'read' } as const;

/** The actions over a client of the RPC API. */
export function templateActions(rpc: RpcClient): TemplateActions {
  return {
    async aiTemplate(id, signal) {
      try {
        return decodeTemplate(await rpc.call('GetAITemplate', { TemplateId: id }, { kind: 'read', signal }));
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async aiTemplates(type, signal) {
      const parameters = { TemplateType: wireTypes[type] };
      return decodeTemplates(await rpc.call('ListAITemplate', parameters, { kind: 'read', signal }));
    },
    async defaultMediaAuditTemplate(signal) {
      const parameters = { TemplateType: wireTypes.MEDIA_AUDIT };
      try {
        return decodeTemplate(await rpc.call('GetDefaultAITemplate', parameters, { kind: 'read', signal }));
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async addAITemplate(template) {
      const answer = await rpc.call('AddAITemplate', encodeNewTemplate(template), { kind: 'submit' });
      const parsed = addAnswer.safeParse(answer.body);
      if (!parsed.success) throw invalidShape(answer, parsed.error);
      return { made: parsed.data.TemplateId, requestId: answer.requestId };
    },
    async updateAITemplate(change) {
      const parameters = encodeUpdate(change) ?? (await completeUpdate(rpc, change));
      return changed(change.id, await rpc.call('UpdateAITemplate', parameters, idempotent));
    },
    async deleteAITemplate(id) {
      let mayHaveRun = false;
      try {
        const answer = await rpc.call(
          'DeleteAITemplate',
          { TemplateId: id },
          {
            ...idempotent,
            onFailedAttempt: (error) => {
              mayHaveRun ||= error.mayHaveRun;
            },
          },
        );
        return changed(id, answer);
      } catch (error) {
        // An earlier attempt has deleted it: its answer is what got lost.
        if (mayHaveRun && isNotFound(error)) return { made: id, requestId: error.requestId };
        throw error;
      }
    },
    async setDefaultAITemplate(id) {
      return changed(id, await rpc.call('SetDefaultAITemplate', { TemplateId: id }, idempotent));
    },
  };
}

/** The answer repeats the id at best, so it is not read. */
function changed(id: string, answer: RpcResponse): Submitted<string> {
  assertDone(answer);
  return { made: id, requestId: answer.requestId };
}

/** The parameters of AddAITemplate. */
export function encodeNewTemplate({ name, config }: CreateAITemplate): Record<string, string> {
  return {
    TemplateType: wireTypes[config.kind],
    TemplateName: name,
    TemplateConfig: encodeTemplateConfig(config),
  };
}

/** The parameters of UpdateAITemplate; `undefined` where the change does not tell all of them. */
export function encodeUpdate({ id, name, config }: UpdateAITemplate): Record<string, string> | undefined {
  if (name === undefined || name === null || !config) return undefined;
  return { TemplateId: id, TemplateName: name, TemplateConfig: encodeTemplateConfig(config) };
}

/** The rest of the parameters as the API has them now, to the letter. Rejects where there is no such template. */
async function completeUpdate(
  rpc: RpcClient,
  { id, name, config }: UpdateAITemplate,
): Promise<Record<string, string>> {
  const answer = await rpc.call('GetAITemplate', { TemplateId: id }, { kind: 'read' });
  const wire = templateAnswer.safeParse(answer.body).data?.TemplateInfo;
  const TemplateName = name ?? readText(wire?.TemplateName);
  const TemplateConfig = config ? encodeTemplateConfig(config) : rawText(wire?.TemplateConfig);
  if (TemplateName === undefined || TemplateConfig === undefined) {
    throw new InvalidResponseError('no name and configuration of a template', answer);
  }
  return { TemplateId: id, TemplateName, TemplateConfig };
}

function rawText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const addAnswer = z.object({ TemplateId: z.string().min(1) });

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
const templateAnswer = z.object({ TemplateInfo: wireTemplate.nullish() });
const listAnswer = z.object({ TemplateInfoList: z.array(wireTemplate).nullish() });

function decodeTemplate(answer: RpcResponse): AITemplate | undefined {
  // As the results of videos are where there are none.
  if (isEmptyObject(answer.body.TemplateInfo)) return undefined;
  const parsed = templateAnswer.safeParse(answer.body);
  if (!parsed.success) throw invalidShape(answer, parsed.error);
  const { TemplateInfo } = parsed.data;
  if (TemplateInfo === undefined) assertNothingFound(answer);
  return TemplateInfo ? decode(TemplateInfo, answer.requestId) : undefined;
}

function isEmptyObject(value: unknown): boolean {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.keys(value).length === 0;
}

function decodeTemplates(answer: RpcResponse): readonly AITemplate[] {
  const parsed = listAnswer.safeParse(answer.body);
  if (!parsed.success) throw invalidShape(answer, parsed.error);
  const { TemplateInfoList } = parsed.data;
  if (TemplateInfoList === undefined) assertNothingFound(answer);
  return (TemplateInfoList ?? []).map((template) => decode(template, answer.requestId));
}

const sources = { System: 'SYSTEM', Custom: 'CUSTOM' } as const satisfies Record<string, AITemplateSource>;

/** ListAITemplate's own sample has `NoDefault`, which its list of values does not. */
const defaults = { Default: true, NotDefault: false, NoDefault: false } as const;

/** A field that cannot be read spoils that field alone. */
function decode(template: z.infer<typeof wireTemplate>, requestId: string | undefined): AITemplate {
  const type = readWord('TemplateType', template.TemplateType, templateTypes);
  return {
    id: template.TemplateId,
    name: readText(template.TemplateName),
    type,
    source: readWord<AITemplateSource>('Source', template.Source, sources),
    isDefault: readWord<boolean>('IsDefault', template.IsDefault, defaults),
    createdAt: readTime('CreationTime', template.CreationTime),
    updatedAt: readTime('ModifyTime', template.ModifyTime),
    config: readTemplateConfig(type, template.TemplateConfig),
    requestId,
  };
}
