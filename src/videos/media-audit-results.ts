import type { Clock } from '../clock.ts';
import type {
  MediaAuditDetails,
  MediaAuditResult,
  MediaAuditSpeech,
  MediaAuditTimeline,
} from '../domain/media-audit.ts';
import { SharedLookup } from '../jobs/lookup/shared-lookup.ts';
import type { Requester } from '../jobs/requester.ts';
import type { MediaAuditActions } from '../vod/media-audit-actions.ts';

/** How long a result is cached, in milliseconds. */
const FRESHNESS_MS = 2_000;
/** The maximum number of cached results of each kind. */
const MAX_ENTRIES = 200;

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

  constructor({ vod, clock }: { readonly vod: MediaAuditActions; readonly clock: Clock }) {
    const lookup = <Value>(action: string, load: (key: string, signal: AbortSignal) => Promise<Value>) =>
      new SharedLookup({ action, load, freshnessMs: FRESHNESS_MS, maxEntries: MAX_ENTRIES, clock });
    this.#results = lookup('GetMediaAuditResult', (id, signal) => vod.mediaAuditResult(id, signal));
    this.#timelines = lookup('GetMediaAuditResultTimeline', (id, signal) =>
      vod.mediaAuditTimeline(id, signal),
    );
    this.#details = lookup('GetMediaAuditResultDetail', (key, signal) => {
      const { mediaId, page = 1 } = parseKey(key);
      return vod.mediaAuditDetails(mediaId, page, signal);
    });
    this.#speech = lookup('GetMediaAuditAudioResultDetail', (key, signal) => {
      const { mediaId, page } = parseKey(key);
      return vod.mediaAuditSpeech(mediaId, page, signal);
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
