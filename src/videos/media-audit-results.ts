import type { Clock } from '../clock.ts';
import type {
  MediaAuditDetails,
  MediaAuditResult,
  MediaAuditSpeech,
  MediaAuditTimeline,
} from '../domain/media-audit.ts';
import { SharedLookup, type SharedLookupOptions } from '../jobs/lookup/shared-lookup.ts';
import type { Requester } from '../jobs/requester.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { MediaAuditActions } from '../vod/media-audit-actions.ts';

/** How long a result is cached, in milliseconds. */
const FRESHNESS_MS = 2_000;
/** The maximum number of cached results of each kind. */
const MAX_ENTRIES = 200;

export interface MediaAuditResultsOptions {
  readonly vod: MediaAuditActions;
  readonly clock: Clock;
  readonly tracing?: Tracing | undefined;
}

/**
 * The results of automated review by medium, for all requests of the process. Concurrent lookups of one result share a call,
 * and its response is cached briefly. Each is `undefined` if there is no result or no such medium, and rejects with an
 * `RpcError`.
 */
export class MediaAuditResults {
  readonly #results: SharedLookup<MediaAuditResult | undefined>;
  readonly #timelines: SharedLookup<MediaAuditTimeline | undefined>;
  readonly #details: SharedLookup<MediaAuditDetails | undefined>;
  readonly #speech: SharedLookup<MediaAuditSpeech | undefined>;

  constructor({ vod, clock, tracing }: MediaAuditResultsOptions) {
    const lookup = <Value>(action: string, load: SharedLookupOptions<Value>['load']) =>
      new SharedLookup({ action, load, freshnessMs: FRESHNESS_MS, maxEntries: MAX_ENTRIES, clock, tracing });
    this.#results = lookup('GetMediaAuditResult', (...request) => vod.mediaAuditResult(...request));
    this.#timelines = lookup('GetMediaAuditResultTimeline', (...request) =>
      vod.mediaAuditTimeline(...request),
    );
    this.#details = lookup('GetMediaAuditResultDetail', (key, ...call) => {
      const { mediaId, page = 1 } = parseKey(key);
      return vod.mediaAuditDetails(mediaId, page, ...call);
    });
    this.#speech = lookup('GetMediaAuditAudioResultDetail', (key, ...call) => {
      const { mediaId, page } = parseKey(key);
      return vod.mediaAuditSpeech(mediaId, page, ...call);
    });
  }

  result(mediaId: string, requester?: Requester): Promise<MediaAuditResult | undefined> {
    return this.#results.get(mediaId, requester);
  }

  timeline(mediaId: string, requester?: Requester): Promise<MediaAuditTimeline | undefined> {
    return this.#timelines.get(mediaId, requester);
  }

  details(mediaId: string, page: number, requester?: Requester): Promise<MediaAuditDetails | undefined> {
    return this.#details.get(`${mediaId},${page}`, requester);
  }

  /** Returns all pages without `page`. */
  speech(
    mediaId: string,
    page: number | undefined,
    requester?: Requester,
  ): Promise<MediaAuditSpeech | undefined> {
    return this.#speech.get(`${mediaId},${page ?? ''}`, requester);
  }
}

/** An id has no comma. */
function parseKey(key: string): { readonly mediaId: string; readonly page?: number } {
  const [mediaId = '', page] = key.split(',');
  return { mediaId, ...(page && { page: Number(page) }) };
}
