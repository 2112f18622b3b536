import type { Clock } from '../clock.ts';
import type { MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import { checkId, checkRegion, invalid } from '../domain/check-input.ts';
import { MAX_IDS } from '../domain/id.ts';
import type { Region } from '../domain/region.ts';
import type { UserError } from '../domain/submission.ts';
import type { AIImageDeletion, FailedAIImageDeletion, VideoAIImage } from '../domain/video-ai-image.ts';
import { SharedLookup } from '../jobs/lookup/shared-lookup.ts';
import { isAccountError, rejection } from '../jobs/submit/rejection.ts';
import { RejectedError, RpcError } from '../rpc/errors.ts';
import { MAX_IDS_PER_CALL } from '../vod/job-reader.ts';
import type { VideoActions } from '../vod/video-results.ts';

export interface VideoResultsOptions {
  readonly vod: VideoActions;
  readonly region: Region;
  readonly clock: Clock;
  /** For how long a video's results are answered from their last reading; 2 seconds unless given. */
  readonly freshnessMs?: number;
}

/** How many videos' results of each kind are kept at most: a long video's tags are some hundred kilobytes. */
const MAX_VIDEOS = 200;

/**
 * What AI jobs made of videos, by the video, for all requests of the process: what several look for at once is asked for
 * once, and its answer holds for a moment.
 */
export class VideoResults {
  readonly #vod: VideoActions;
  readonly #region: Region;
  readonly #tags: SharedLookup<VideoTagResult | undefined>;
  readonly #dna: SharedLookup<MediaDNAResult | undefined>;
  readonly #images: SharedLookup<readonly VideoAIImage[] | undefined>;

  constructor({ vod, region, clock, freshnessMs = 2_000 }: VideoResultsOptions) {
    const shared = { freshnessMs, maxEntries: MAX_VIDEOS, clock };
    this.#vod = vod;
    this.#region = region;
    this.#tags = new SharedLookup({
      ...shared,
      action: 'GetAIVideoTagResult',
      fetch: (id, signal) => vod.videoTags(id, signal),
    });
    this.#dna = new SharedLookup({
      ...shared,
      action: 'GetMediaDNAResult',
      fetch: (id, signal) => vod.mediaDNA(id, signal),
    });
    this.#images = new SharedLookup({
      ...shared,
      action: 'ListAIImageInfo',
      fetch: (id, signal) => vod.aiImages(id, signal),
    });
  }

  /** The video's smart tags; `undefined` where it has none, or does not exist. Rejects with an `RpcError`. */
  tags(mediaId: string, signal?: AbortSignal): Promise<VideoTagResult | undefined> {
    return this.#tags.get(mediaId, signal);
  }

  /** The videos like it; `undefined` where it was not compared, or does not exist. Rejects with an `RpcError`. */
  dna(mediaId: string, signal?: AbortSignal): Promise<MediaDNAResult | undefined> {
    return this.#dna.get(mediaId, signal);
  }

  /** The video's covers; `undefined` where it does not exist. Rejects with an `RpcError`. */
  images(videoId: string, signal?: AbortSignal): Promise<readonly VideoAIImage[] | undefined> {
    return this.#images.get(videoId, signal);
  }

  /**
   * Deletes covers, in tens side by side, whoever is still waiting: each ten is deleted, refused or failed by itself.
   * Rejects with an `RpcError` only where every ten failed.
   */
  async deleteImages(ids: readonly string[]): Promise<AIImageDeletion> {
    const userErrors = checkImageIds(ids, this.#region);
    if (userErrors.length > 0) return { deletedIds: [], userErrors, failures: [] };
    const tens = inTens([...new Set(ids)]);
    try {
      const outcomes = await Promise.all(tens.map((ten) => this.#deleteTen(ten)));
      const failures = outcomes.flatMap(({ failure }) => failure ?? []);
      if (failures.length === tens.length && failures[0]) throw failures[0].error;
      return {
        deletedIds: outcomes.flatMap(({ deletedIds }) => deletedIds ?? []),
        userErrors: outcomes.flatMap(({ userError }) => userError ?? []),
        failures,
      };
    } finally {
      // Nobody knows whose they were.
      this.#images.dropAll();
    }
  }

  async #deleteTen(ids: readonly string[]): Promise<{
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
      const refused = rejection(error);
      return {
        userError: { ...refused, field: ['ids'], message: `${refused.message} (of ${ids.join(', ')})` },
      };
    }
  }
}

/** All mistakes of a deletion; none where it can be sent. */
function checkImageIds(ids: readonly string[], region: Region): readonly UserError[] {
  const errors = [...checkRegion(['ids'], 'IMAGE_AI', region)];
  if (ids.length === 0 || ids.length > MAX_IDS) {
    errors.push(invalid(['ids'], `expected 1 to ${MAX_IDS} ids; got ${ids.length}`));
  }
  // Of a list that is too long, the ids need not be told one by one.
  return [...errors, ...ids.slice(0, MAX_IDS).flatMap((id, index) => checkId(['ids', String(index)], id))];
}

function inTens(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / MAX_IDS_PER_CALL);
  return Array.from({ length: count }, (_, ten) =>
    ids.slice(ten * MAX_IDS_PER_CALL, (ten + 1) * MAX_IDS_PER_CALL),
  );
}
