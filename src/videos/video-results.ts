import type { Clock } from '../clock.ts';
import type { MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import { checkId, checkRegion, invalid } from '../domain/check-input.ts';
import { MAX_IDS } from '../domain/id.ts';
import type { Region } from '../domain/region.ts';
import type { SubmissionOutcome, UserError } from '../domain/submission.ts';
import type { AIImageDeletion, FailedAIImageDeletion, VideoAIImage } from '../domain/video-ai-image.ts';
import { SharedLookup } from '../jobs/lookup/shared-lookup.ts';
import type { Requester } from '../jobs/requester.ts';
import { rejection } from '../jobs/submit/rejection.ts';
import { isAccountError, RejectedError, RpcError } from '../rpc/errors.ts';
import { MAX_IDS_PER_CALL } from '../vod/job-reader.ts';
import type { VideoActions } from '../vod/video-results.ts';

export interface VideoResultsOptions {
  readonly vod: VideoActions;
  readonly region: Region;
  readonly clock: Clock;
  /** How long a video's results are cached, in milliseconds. Default: 2,000. */
  readonly freshnessMs?: number;
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
  readonly #tags: SharedLookup<VideoTagResult | undefined>;
  readonly #dna: SharedLookup<MediaDNAResult | undefined>;
  readonly #images: SharedLookup<readonly VideoAIImage[] | undefined>;

  constructor({ vod, region, clock, freshnessMs = 2_000 }: VideoResultsOptions) {
    const lookup = <Value>(action: string, load: (id: string, signal: AbortSignal) => Promise<Value>) =>
      new SharedLookup({ action, load, freshnessMs, maxEntries: MAX_VIDEOS, clock });
    this.#vod = vod;
    this.#region = region;
    this.#tags = lookup('GetAIVideoTagResult', (id, signal) => vod.videoTags(id, signal));
    this.#dna = lookup('GetMediaDNAResult', (id, signal) => vod.mediaDNA(id, signal));
    this.#images = lookup('ListAIImageInfo', (id, signal) => vod.aiImages(id, signal));
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
  async deleteImages(ids: readonly string[]): Promise<AIImageDeletion> {
    const userErrors = checkImageIds(ids, this.#region);
    if (userErrors.length > 0) return { deletedIds: [], userErrors, failures: [] };
    const batches = inBatches([...new Set(ids)]);
    try {
      const outcomes = await Promise.all(batches.map((batch) => this.#deleteBatch(batch)));
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
  async deleteMediaDNA(videoId: string): Promise<SubmissionOutcome<string>> {
    const userErrors = [
      ...checkRegion(['videoId'], 'MEDIA_DNA', this.#region),
      ...checkId(['videoId'], videoId),
    ];
    if (userErrors.length > 0) return { userErrors };
    try {
      return { made: videoId, requestId: await this.#vod.deleteMediaDNA(videoId) };
    } catch (error) {
      if (!(error instanceof RejectedError) || isAccountError(error)) throw error;
      return { userErrors: [rejection(error)], requestId: error.requestId };
    }
  }

  async #deleteBatch(ids: readonly string[]): Promise<{
    readonly deletedIds?: readonly string[];
    readonly userError?: UserError;
    readonly failure?: FailedAIImageDeletion;
  }> {
    try {
      await this.#vod.deleteAIImages(ids);
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
