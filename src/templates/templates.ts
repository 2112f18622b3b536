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
import type { Submitted, UserError } from '../domain/submission.ts';
import { recordedFor } from '../jobs/call-trace.ts';
import { SharedLookup, type SharedLookupOptions } from '../jobs/lookup/shared-lookup.ts';
import type { Requester } from '../jobs/requester.ts';
import { rejection } from '../jobs/submit/rejection.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { RecordCall } from '../rpc/client.ts';
import { InvalidResponseError, isAccountError, RejectedError, RpcError } from '../rpc/errors.ts';
import type { TemplateActions } from '../vod/ai-templates.ts';
import {
  checkCreateAITemplate,
  checkKind,
  checkTemplateId,
  checkUpdateAITemplate,
} from './check-template.ts';

/**
 * A change of a template was sent, but its result is unknown: there was no response, or an invalid one. Repeating a
 * creation may create a second template. Repeating any other change is safe.
 */
export class TemplateOutcomeUnknownError extends Error {
  /** The error of the call. */
  readonly failure: RpcError;

  constructor(failure: RpcError) {
    const unknown =
      failure.action === 'AddAITemplate'
        ? 'the template may have been created; list the templates of its type before you retry'
        : 'the change may have been made; it is safe to retry';
    super(`${failure.message}; ${unknown}`);
    this.name = 'TemplateOutcomeUnknownError';
    this.failure = failure;
  }
}

export interface TemplatesOptions {
  readonly vod: TemplateActions;
  readonly region: Region;
  readonly clock: Clock;
  /** How long a template, a list or a default is cached, in milliseconds. Default: 5,000. */
  readonly freshnessMs?: number;
  readonly tracing?: Tracing | undefined;
}

/** The maximum number of cached templates. */
const MAX_TEMPLATES = 1_000;

/**
 * AI templates, for all requests of the process. Concurrent lookups of one key share a call, and its response is cached
 * for a few seconds. A change through this class invalidates the cache immediately; other changes show when it expires.
 *
 * A change resolves with `userErrors` if the caller can correct the input. It rejects with a
 * {@link TemplateOutcomeUnknownError}, or with an `RpcError` if certainly nothing was changed. It is never cancelled.
 */
export class Templates {
  readonly #vod: TemplateActions;
  readonly #region: Region;
  readonly #tracing: Tracing | undefined;
  readonly #byId: SharedLookup<AITemplate | undefined>;
  readonly #lists: SharedLookup<readonly AITemplate[]>;
  readonly #default: SharedLookup<AITemplate | undefined>;

  /** The last update in progress of each template. */
  readonly #updates = new Map<string, Promise<unknown>>();

  constructor({ vod, region, clock, freshnessMs = 5_000, tracing }: TemplatesOptions) {
    const lookup = <Value>(action: string, load: SharedLookupOptions<Value>['load']) =>
      new SharedLookup({ action, load, freshnessMs, maxEntries: MAX_TEMPLATES, clock, tracing });
    this.#vod = vod;
    this.#region = region;
    this.#tracing = tracing;
    this.#byId = lookup('GetAITemplate', (...request) => vod.aiTemplate(...request));
    // `list` uses the types as keys.
    this.#lists = lookup('ListAITemplate', (type, ...request) =>
      vod.aiTemplates(type as AITemplateType, ...request),
    );
    this.#default = lookup('GetDefaultAITemplate', (_, ...request) =>
      vod.defaultMediaAuditTemplate(...request),
    );
  }

  /** `undefined` if the template does not exist. Rejects with an `RpcError`. */
  get(id: string, requester?: Requester): Promise<AITemplate | undefined> {
    return this.#byId.get(id, requester);
  }

  /** All templates of a type. Rejects with an `RpcError`. */
  list(type: AITemplateType, requester?: Requester): Promise<readonly AITemplate[]> {
    return this.#lists.get(type, requester);
  }

  /** The default template of a type, or `undefined` if there is none. Rejects with an `RpcError`. */
  async default(type: AITemplateType, requester?: Requester): Promise<AITemplate | undefined> {
    if (type === 'MEDIA_AUDIT') return this.#default.get(type, requester);
    // GetDefaultAITemplate supports only review templates.
    const templates = await this.list(type, requester);
    const found = templates.find(({ isDefault }) => isDefault === true);
    const undecodable = templates.find(({ isDefault }) => isDefault instanceof Undecodable);
    if (found || !undecodable) return found;
    const { requestId } = undecodable;
    throw new InvalidResponseError('IsDefault is undecodable', { action: 'ListAITemplate', requestId });
  }

  /** Creates a template. Resolves with its id. */
  async create(template: CreateAITemplate, requester?: Requester): Promise<AITemplateOutcome> {
    const userErrors = checkCreateAITemplate(template, this.#region);
    if (userErrors.length > 0) return { userErrors };
    return this.#change(() => this.#vod.addAITemplate(template, this.#record(requester)));
  }

  /** Updates a template. Resolves with its id. */
  async update(change: UpdateAITemplate, requester?: Requester): Promise<AITemplateOutcome> {
    const userErrors = checkUpdateAITemplate(change, this.#region);
    if (userErrors.length > 0) return { userErrors };
    return this.#afterEarlierUpdate(change.id, () =>
      this.#change(async () => {
        const typeErrors = await this.#checkType(change, requester);
        if (typeErrors.length > 0) return { userErrors: typeErrors };
        return this.#vod.updateAITemplate(change, this.#record(requester));
      }, change.id),
    );
  }

  /** Deletes a template. Resolves with its former id. */
  async delete(id: string, requester?: Requester): Promise<AITemplateOutcome> {
    const userErrors = checkTemplateId(id, this.#region);
    if (userErrors.length > 0) return { userErrors };
    return this.#change(() => this.#vod.deleteAITemplate(id, this.#record(requester)), id);
  }

  /** Makes a template the default of its type. Resolves with its id. */
  async setDefault(id: string, requester?: Requester): Promise<AITemplateOutcome> {
    const userErrors = checkTemplateId(id, this.#region);
    if (userErrors.length > 0) return { userErrors };
    try {
      return await this.#change(() => this.#vod.setDefaultAITemplate(id, this.#record(requester)), id);
    } finally {
      // The former default has also changed.
      this.#byId.dropAll();
    }
  }

  #record(requester: Requester | undefined): RecordCall {
    return recordedFor(requester?.callTrace, this.#tracing);
  }

  /** Runs the updates of a template one by one: each sends the values it has read and would undo another. */
  async #afterEarlierUpdate<Outcome>(id: string, update: () => Promise<Outcome>): Promise<Outcome> {
    const earlier = this.#updates.get(id);
    const updating = earlier ? earlier.then(update, update) : update();
    this.#updates.set(id, updating);
    try {
      return await updating;
    } finally {
      if (this.#updates.get(id) === updating) this.#updates.delete(id);
    }
  }

  /** Checks a new configuration against the template's type, which never changes. VOD rejects an unknown template. */
  async #checkType(
    { id, config }: UpdateAITemplate,
    requester: Requester | undefined,
  ): Promise<readonly UserError[]> {
    // Without the signal and the budget: a change is never cancelled, and has been admitted.
    const read = { callTrace: requester?.callTrace };
    const type = config ? (await this.get(id, read))?.type : undefined;
    return config && type !== undefined && !(type instanceof Undecodable) ? checkKind(config.kind, type) : [];
  }

  /** Sends a change and invalidates the cache, whatever the result. */
  async #change(
    send: () => Promise<Submitted<string> | { readonly userErrors: readonly UserError[] }>,
    id?: string,
  ): Promise<AITemplateOutcome> {
    try {
      const outcome = await send();
      // The id of a new template may be cached as unknown.
      if ('made' in outcome) this.#byId.drop(outcome.made);
      return outcome;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error instanceof RejectedError && !isAccountError(error)) {
        return { userErrors: [rejection(error)], requestId: error.requestId };
      }
      // GetAITemplate precedes an update. If it fails, nothing was changed.
      const mayHaveChanged = error.mayHaveRun && error.action !== 'GetAITemplate';
      throw mayHaveChanged ? new TemplateOutcomeUnknownError(error) : error;
    } finally {
      if (id !== undefined) this.#byId.drop(id);
      this.#lists.dropAll();
      this.#default.dropAll();
    }
  }
}
