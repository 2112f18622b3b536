import type { Clock } from '../clock.ts';
import type {
  AITemplate,
  AITemplateOutcome,
  AITemplateType,
  CreateAITemplate,
  UpdateAITemplate,
} from '../domain/ai-template.ts';
import { Undecodable } from '../domain/decoded.ts';
import type { Region } from '../domain/region.ts';
import type { UserError } from '../domain/submission.ts';
import { SharedLookup } from '../jobs/lookup/shared-lookup.ts';
import { isAccountError, rejection } from '../jobs/submit/rejection.ts';
import { InvalidResponseError, RejectedError, RpcError } from '../rpc/errors.ts';
import type { TemplateActions } from '../vod/ai-templates.ts';
import type { Submitted } from '../vod/job-reader.ts';
import {
  checkCreateAITemplate,
  checkKind,
  checkTemplateId,
  checkUpdateAITemplate,
} from './check-template.ts';

/**
 * A change of a template was sent, and nobody knows whether it was made: no answer came, or none that can be read. A new
 * template may exist all the same; any other change can be asked for again without harm.
 */
export class TemplateOutcomeUnknownError extends Error {
  /** What happened to the call. */
  readonly failure: RpcError;

  constructor(failure: RpcError) {
    const unknown =
      failure.action === 'AddAITemplate'
        ? 'a template may have been made; look for it among those of its type before asking again'
        : 'whether the template was changed is not known; to ask again does no harm';
    super(`${failure.message}; ${unknown}`);
    this.name = 'TemplateOutcomeUnknownError';
    this.failure = failure;
  }
}

export interface TemplatesOptions {
  readonly vod: TemplateActions;
  readonly region: Region;
  readonly clock: Clock;
  /** For how long a template, a list or a default is answered from its last reading; 5 seconds unless given. */
  readonly freshnessMs?: number;
}

/** How many templates are kept at most. */
const MAX_TEMPLATES = 1_000;

/**
 * AI templates, for all requests of the process: what several look for at once is asked for once, and its answer holds for
 * a few seconds. A change that goes through here outdates what it makes wrong at once, others' changes when that time is
 * over.
 *
 * What the caller of a change can mend is the outcome's `userErrors`; everything else rejects: with a
 * {@link TemplateOutcomeUnknownError}, or with an `RpcError` where it is certain that nothing was changed. A caller who
 * goes away does not cancel a change.
 */
export class Templates {
  readonly #vod: TemplateActions;
  readonly #region: Region;
  readonly #byId: SharedLookup<AITemplate | undefined>;
  readonly #lists: SharedLookup<readonly AITemplate[]>;
  readonly #default: SharedLookup<AITemplate | undefined>;

  /** The last update of each template that is under way. */
  readonly #updates = new Map<string, Promise<unknown>>();

  constructor({ vod, region, clock, freshnessMs = 5_000 }: TemplatesOptions) {
    const shared = { freshnessMs, maxEntries: MAX_TEMPLATES, clock };
    this.#vod = vod;
    this.#region = region;
    this.#byId = new SharedLookup({
      ...shared,
      action: 'GetAITemplate',
      fetch: (id, signal) => vod.aiTemplate(id, signal),
    });
    this.#lists = new SharedLookup({
      ...shared,
      action: 'ListAITemplate',
      // The keys are types: see `list`.
      fetch: (type, signal) => vod.aiTemplates(type as AITemplateType, signal),
    });
    this.#default = new SharedLookup({
      ...shared,
      action: 'GetDefaultAITemplate',
      fetch: (_type, signal) => vod.defaultMediaAuditTemplate(signal),
    });
  }

  /** `undefined` where there is no such template. Rejects with an `RpcError`. */
  get(id: string, signal?: AbortSignal): Promise<AITemplate | undefined> {
    return this.#byId.get(id, signal);
  }

  /** All templates of a type. Rejects with an `RpcError`. */
  list(type: AITemplateType, signal?: AbortSignal): Promise<readonly AITemplate[]> {
    return this.#lists.get(type, signal);
  }

  /** The default template of a type, `undefined` where there is none. Rejects with an `RpcError`. */
  async default(type: AITemplateType, signal?: AbortSignal): Promise<AITemplate | undefined> {
    if (type === 'MEDIA_AUDIT') return this.#default.get(type, signal);
    // GetDefaultAITemplate knows that one type alone; of the others the list tells.
    const templates = await this.list(type, signal);
    const found = templates.find(({ isDefault }) => isDefault === true);
    const undecodable = templates.find(({ isDefault }) => isDefault instanceof Undecodable);
    if (found || !undecodable) return found;
    const { requestId } = undecodable;
    throw new InvalidResponseError('IsDefault is not readable', { action: 'ListAITemplate', requestId });
  }

  /** Makes a template: its id. */
  async create(template: CreateAITemplate): Promise<AITemplateOutcome> {
    const userErrors = checkCreateAITemplate(template, this.#region);
    if (userErrors.length > 0) return { userErrors };
    return this.#change(() => this.#vod.addAITemplate(template));
  }

  /** Changes what is given of a template: its id. */
  async update(change: UpdateAITemplate): Promise<AITemplateOutcome> {
    const userErrors = checkUpdateAITemplate(change, this.#region);
    if (userErrors.length > 0) return { userErrors };
    return this.#afterOthers(change.id, () =>
      this.#change(async () => {
        const mistakes = await this.#checkAgainstTemplate(change);
        return mistakes.length > 0 ? { userErrors: mistakes } : this.#vod.updateAITemplate(change);
      }, change.id),
    );
  }

  /** One update of a template after the other: each sends what it has read of the rest, and would undo the other's. */
  async #afterOthers<Outcome>(id: string, update: () => Promise<Outcome>): Promise<Outcome> {
    const before = this.#updates.get(id);
    const updating = before ? before.then(update, update) : update();
    this.#updates.set(id, updating);
    try {
      return await updating;
    } finally {
      if (this.#updates.get(id) === updating) this.#updates.delete(id);
    }
  }

  /** Deletes a template: the id that it had. */
  async delete(id: string): Promise<AITemplateOutcome> {
    const userErrors = checkTemplateId(id, this.#region);
    if (userErrors.length > 0) return { userErrors };
    return this.#change(() => this.#vod.deleteAITemplate(id), id);
  }

  /** Makes a template the default of its type: its id. */
  async setDefault(id: string): Promise<AITemplateOutcome> {
    const userErrors = checkTemplateId(id, this.#region);
    if (userErrors.length > 0) return { userErrors };
    try {
      return await this.#change(() => this.#vod.setDefaultAITemplate(id), id);
    } finally {
      // Another one no longer is it.
      this.#byId.dropAll();
    }
  }

  /** A template's type never changes, so what is known of it will do. That it does not exist, VOD says better. */
  async #checkAgainstTemplate({ id, config }: UpdateAITemplate): Promise<readonly UserError[]> {
    const type = config ? (await this.get(id))?.type : undefined;
    return config && type !== undefined && !(type instanceof Undecodable) ? checkKind(config.kind, type) : [];
  }

  /** Makes a change, and forgets what it has made wrong, be it known or not that it was made. */
  async #change(
    send: () => Promise<Submitted<string> | { readonly userErrors: readonly UserError[] }>,
    id?: string,
  ): Promise<AITemplateOutcome> {
    try {
      const outcome = await send();
      // Somebody may have asked for the id before there was a template of it.
      if ('made' in outcome) this.#byId.drop(outcome.made);
      return outcome;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error instanceof RejectedError && !isAccountError(error)) {
        return { userErrors: [rejection(error)], requestId: error.requestId };
      }
      throw error.mayHaveRun && !isReading(error) ? new TemplateOutcomeUnknownError(error) : error;
    } finally {
      if (id !== undefined) this.#byId.drop(id);
      this.#lists.dropAll();
      this.#default.dropAll();
    }
  }
}

/** Whether what failed is a reading that goes before a change: then nothing was changed. */
function isReading({ action }: RpcError): boolean {
  return action === 'GetAITemplate';
}
