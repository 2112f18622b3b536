import { z } from 'zod';
import type { MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { VideoAIImage } from '../domain/video-ai-image.ts';
import type { RpcClient } from '../rpc/client.ts';
import { InvalidResponseError, isNotFound } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { imageFormats } from './ai-template-config.ts';
import { anything, readNumber, readText, readTime, readWord } from './fields.ts';
import { assertDone, assertNothingFound, invalidShape } from './job-reader.ts';

import { readMediaDNAResult, readVideoTagResult } from './result.ts';

/**
 * GetAIVideoTagResult, GetMediaDNAResult, ListAIImageInfo and DeleteAIImageInfos: what AI jobs made of a video, by the
 * video. They reject with an `RpcError`, and with nothing else.
 */
export interface VideoActions {
  /** GetAIVideoTagResult, which gives no speech: `undefined` where the video has no tags, or does not exist. */
  videoTags(mediaId: string, signal?: AbortSignal): Promise<VideoTagResult | undefined>;
  /** GetMediaDNAResult: `undefined` where the video has none, or does not exist. */
  mediaDNA(mediaId: string, signal?: AbortSignal): Promise<MediaDNAResult | undefined>;
  /** ListAIImageInfo: empty where the video has no covers, `undefined` where it does not exist. */
  aiImages(videoId: string, signal?: AbortSignal): Promise<readonly VideoAIImage[] | undefined>;
  /** DeleteAIImageInfos, of up to {@link MAX_IDS_PER_CALL}: of the covers' records; their files stay. */
  deleteAIImages(ids: readonly string[]): Promise<void>;
}

/** The actions over a client of the RPC API. */
export function videoActions(rpc: RpcClient): VideoActions {
  /** What an action says of a video; `undefined` where there is no such video. */
  async function about<T>(
    action: string,
    parameters: Record<string, string>,
    decode: (answer: RpcResponse) => T,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    try {
      return decode(await rpc.call(action, parameters, { kind: 'read', signal }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
  return {
    videoTags: (mediaId, signal) =>
      about('GetAIVideoTagResult', { MediaId: mediaId }, decodeVideoTags, signal),
    mediaDNA: (mediaId, signal) => about('GetMediaDNAResult', { MediaId: mediaId }, decodeMediaDNA, signal),
    aiImages: (videoId, signal) => about('ListAIImageInfo', { VideoId: videoId }, decodeAIImages, signal),
    async deleteAIImages(ids) {
      // To delete what is deleted changes nothing, so this is sent again wherever a reading would be.
      const answer = await rpc.call(
        'DeleteAIImageInfos',
        { AIImageInfoIds: ids.join(',') },
        { kind: 'read' },
      );
      assertDone(answer);
    },
  };
}

function decodeVideoTags(answer: RpcResponse): VideoTagResult | undefined {
  const { VideoTagResult } = answer.body;
  return whole(answer, VideoTagResult, readVideoTagResult('VideoTagResult', VideoTagResult));
}

function decodeMediaDNA(answer: RpcResponse): MediaDNAResult | undefined {
  const { DNAResult } = answer.body;
  return whole(answer, DNAResult, readMediaDNAResult('DNAResult', DNAResult));
}

/**
 * The result that is all there is to an answer: where it cannot be read, neither can the answer. No document says what is
 * answered where there is none yet; an object without a key is none, as is one that is missing.
 */
function whole<Result>(answer: RpcResponse, wire: unknown, result: Decoded<Result>): Result | undefined {
  if (result instanceof Undecodable) {
    const { field, expected, received } = result;
    throw new InvalidResponseError(`${field}: expected ${expected}; got ${received}`, answer);
  }
  if (wire === undefined) assertNothingFound(answer);
  return isEmpty(wire) ? undefined : result;
}

function isEmpty(wire: unknown): boolean {
  return wire === '{}' || (typeof wire === 'object' && wire !== null && Object.keys(wire).length === 0);
}

const wireAIImage = z.object({
  AIImageInfoId: z.string().min(1),
  JobId: anything,
  FileURL: anything,
  Format: anything,
  Score: anything,
  CreationTime: anything,
});
const imagesAnswer = z.object({ AIImageInfoList: z.array(wireAIImage).nullish() });

function decodeAIImages(answer: RpcResponse): readonly VideoAIImage[] {
  const parsed = imagesAnswer.safeParse(answer.body);
  if (!parsed.success) throw invalidShape(answer, parsed.error);
  const { AIImageInfoList } = parsed.data;
  if (AIImageInfoList === undefined) assertNothingFound(answer);
  return (AIImageInfoList ?? []).map((image) => decodeAIImage(image, answer.requestId));
}

/** A field that cannot be read spoils that field alone. */
function decodeAIImage(image: z.infer<typeof wireAIImage>, requestId: string | undefined): VideoAIImage {
  return {
    id: image.AIImageInfoId,
    url: readText(image.FileURL),
    format: readWord('Format', image.Format, imageFormats),
    score: readNumber('Score', image.Score),
    createdAt: readTime('CreationTime', image.CreationTime),
    jobId: readText(image.JobId),
    requestId,
  };
}
