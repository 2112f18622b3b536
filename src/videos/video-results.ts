import type { Clock } from '../clock.ts';
import type { MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import { checkId, checkRegion, invalid } from '../domain/check-input.ts';
import { MAX_IDS } from '../domain/id.ts';
import type { Region } from '../domain/region.ts';
import type { SubmissionOutcome, UserError } from '../domain/submission.ts';
import type { AIImageDeletion, FailedAIImageDeletion, VideoAIImage } from '../domain/video-ai-image.ts';
import { recordedFor } from '../jobs/call-trace.ts';
import { SharedLookup, type SharedLookupOptions } from '../jobs/lookup/shared-lookup.ts';
import type { Requester } from '../jobs/requester.ts';
import { rejection } from '../jobs/submit/rejection.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import { isAccountError, RejectedError, RpcError } from '../rpc/errors.ts';
import { MAX_IDS_PER_CALL } from '../vod/job-reader.ts';
import type { VideoActions } from '../vod/video-results.ts';

export interface VideoResultsOptions {
  readonly vod: VideoActions;
  readonly region: Region;
  readonly clock: Clock;
  /** How long a video's results are cached, in milliseconds. Default: 2,000. */
  readonly freshnessMs?: number;
  readonly tracing?: Tracing | undefined;
}

/** The maximum number of cached results of each kind. The tags of a long video take some hundred kilobytes. */
const MAX_VIDEOS = 200;

/**
 * The results of AI jobs by video, for all requests of the process. Concurrent lookups of one video share a call, and
 * its response is cached briefly.
 */
export class VideoResults {
  readonly #vod: VideoActions;
  readonly #region: Region;
  readonly #tracing: Tracing | undefined;
  readonly #tags: SharedLookup<VideoTagResult | undefined>;
  readonly #dna: SharedLookup<MediaDNAResult | undefined>;
  readonly #images: SharedLookup<readonly VideoAIImage[] | undefined>;

  constructor({ vod, region, clock, freshnessMs = 2_000, tracing }: VideoResultsOptions) {
    const lookup = <Value>(action: string, load: SharedLookupOptions<Value>['load']) =>
      new SharedLookup({ action, load, freshnessMs, maxEntries: MAX_VIDEOS, clock, tracing });
    this.#vod = vod;
    this.#region = region;
    this.#tracing = tracing;
    this.#tags = lookup('GetAIVideoTagResult', (...request) => vod.videoTags(...request));
    this.#dna = lookup('GetMediaDNAResult', (...request) => vod.mediaDNA(...request));
    this.#images = lookup('ListAIImageInfo', (...request) => vod.aiImages(...request));
  }

  /** The video's smart tags. `undefined` if it has none or does not exist. Rejects with an `RpcError`. */
  tags(videoId: string, requester?: Requester): Promise<VideoTagResult | undefined> {
    return this.#tags.get(videoId, requester);
  }

  /** The similar videos. `undefined` if there is no result or no such video. Rejects with an `RpcError`. */
  dna(videoId: string, requester?: Requester): Promise<MediaDNAResult | undefined> {
    return this.#dna.get(videoId, requester);
  }

  /** The video's covers. `undefined` if the video does not exist. Rejects with an `RpcError`. */
  images(videoId: string, requester?: Requester): Promise<readonly VideoAIImage[] | undefined> {
    return this.#images.get(videoId, requester);
  }

  /**
   * Deletes covers in concurrent batches, each of which is deleted, rejected or failed independently. It is never
   * cancelled. Rejects with an `RpcError` only if every batch failed.
   */
  async deleteImages(ids: readonly string[], requester?: Requester): Promise<AIImageDeletion> {
    const userErrors = checkImageIds(ids, this.#region);
    if (userErrors.length > 0) return { deletedIds: [], userErrors, failures: [] };
    const batches = inBatches([...new Set(ids)]);
    try {
      const outcomes = await Promise.all(batches.map((batch) => this.#deleteBatch(batch, requester)));
      const failures = outcomes.flatMap(({ failure }) => failure ?? []);
      if (failures.length === batches.length && failures[0]) throw failures[0].error;
      return {
        deletedIds: outcomes.flatMap(({ deletedIds }) => deletedIds ?? []),
        userErrors: outcomes.flatMap(({ userError }) => userError ?? []),
        failures,
      };
    } finally {
      // The videos of the covers are unknown.
      this.#images.dropAll();
    }
  }

  /** Deletes the fingerprint of a video. It is never cancelled. Rejects with an `RpcError`. */
  async deleteMediaDNA(videoId: string, requester?: Requester): Promise<SubmissionOutcome<string>> {
    const userErrors = [
      ...checkRegion(['videoId'], 'MEDIA_DNA', this.#region),
      ...checkId(['videoId'], videoId),
    ];
    if (userErrors.length > 0) return { userErrors };
    try {
      const record = recordedFor(requester?.callTrace, this.#tracing);
      return { made: videoId, requestId: await this.#vod.deleteMediaDNA(videoId, record) };
    } catch (error) {
      if (!(error instanceof RejectedError) || isAccountError(error)) throw error;
      return { userErrors: [rejection(error)], requestId: error.requestId };
    }
  }

  async #deleteBatch(
    ids: readonly string[],
    requester: Requester | undefined,
  ): Promise<{
    readonly deletedIds?: readonly string[];
    readonly userError?: UserError;
    readonly failure?: FailedAIImageDeletion;
  }> {
    try {
      await this.#vod.deleteAIImages(ids, recordedFor(requester?.callTrace, this.#tracing));
      return { deletedIds: ids };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (!(error instanceof RejectedError) || isAccountError(error)) return { failure: { ids, error } };
      const userError = rejection(error);
      return {
        userError: { ...userError, field: ['ids'], message: `${userError.message} (ids: ${ids.join(', ')})` },
      };
    }
  }
}

/** Checks the ids of a deletion. */
function checkImageIds(ids: readonly string[], region: Region): readonly UserError[] {
  const errors = [...checkRegion(['ids'], 'IMAGE_AI', region)];
  if (ids.length === 0 || ids.length > MAX_IDS) {
    errors.push(invalid(['ids'], `expected 1 to ${MAX_IDS} ids; got ${ids.length}`));
  }
  // A list that is too long returns no error for each further id.
  return [...errors, ...ids.slice(0, MAX_IDS).flatMap((id, index) => checkId(['ids', String(index)], id))];
}

function inBatches(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / MAX_IDS_PER_CALL);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * MAX_IDS_PER_CALL, (index + 1) * MAX_IDS_PER_CALL),
  );
}
