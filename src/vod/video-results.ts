import { z } from 'zod';
import type { MediaDNAResult, VideoTagResult } from '../domain/ai-job-result.ts';
import { type Decoded, Undecodable } from '../domain/decoded.ts';
import type { VideoAIImage } from '../domain/video-ai-image.ts';
import { type CallObserver, type RecordCall, type RpcClient, unrecorded } from '../rpc/client.ts';
import { InvalidResponseError } from '../rpc/errors.ts';
import type { RpcResponse } from '../rpc/response.ts';
import { imageFormats } from './ai-template-config.ts';
import { anything, decodeNumber, decodeText, decodeTime, decodeWord } from './fields.ts';
import { assertDone, assertNothingFound, decodeBody, decodeIfFound, isEmptyObject } from './responses.ts';
import { decodeMediaDNAResult, decodeVideoTagResult } from './result.ts';

/**
 * GetAIVideoTagResult, GetMediaDNAResult, ListAIImageInfo and DeleteAIImageInfos: the results of a video's AI jobs.
 * They reject only with an `RpcError`.
 */
export interface VideoActions {
  /** GetAIVideoTagResult, which returns no speech. `undefined` if the video has no tags or does not exist. */
  videoTags(
    videoId: string,
    signal?: AbortSignal,
    observer?: CallObserver,
  ): Promise<VideoTagResult | undefined>;
  /** GetMediaDNAResult. `undefined` if the video has no result or does not exist. */
  mediaDNA(
    videoId: string,
    signal?: AbortSignal,
    observer?: CallObserver,
  ): Promise<MediaDNAResult | undefined>;
  /** ListAIImageInfo. Empty if the video has no covers, `undefined` if it does not exist. */
  aiImages(
    videoId: string,
    signal?: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly VideoAIImage[] | undefined>;
  /** SubmitMediaDNADeleteJob. Its job cannot be read, so the deletion counts as done when VOD accepts it. */
  deleteMediaDNA(videoId: string, record?: RecordCall): Promise<string | undefined>;
  /** DeleteAIImageInfos, for up to `MAX_IDS_PER_CALL` covers. Deletes the records of the covers, not their files. */
  deleteAIImages(ids: readonly string[], record?: RecordCall): Promise<void>;
}

/** Creates the actions. */
export function videoActions(rpc: RpcClient): VideoActions {
  return {
    videoTags: (videoId, signal, observer) =>
      decodeIfFound(
        rpc.call('GetAIVideoTagResult', { MediaId: videoId }, { kind: 'read', signal, observer }),
        decodeVideoTags,
      ),
    mediaDNA: (videoId, signal, observer) =>
      decodeIfFound(
        rpc.call('GetMediaDNAResult', { MediaId: videoId }, { kind: 'read', signal, observer }),
        decodeMediaDNA,
      ),
    aiImages: (videoId, signal, observer) =>
      decodeIfFound(
        rpc.call('ListAIImageInfo', { VideoId: videoId }, { kind: 'read', signal, observer }),
        decodeAIImages,
      ),
    async deleteMediaDNA(videoId, record = unrecorded) {
      const parameters = { MediaId: videoId };
      // A deletion is idempotent, so it is retried like a read.
      const response = await record('SubmitMediaDNADeleteJob', (observer) =>
        rpc.call('SubmitMediaDNADeleteJob', parameters, { kind: 'read', observer }),
      );
      assertDone(response);
      return response.requestId;
    },
    async deleteAIImages(ids, record = unrecorded) {
      const parameters = { AIImageInfoIds: ids.join(',') };
      // A deletion is idempotent, so it is retried like a read.
      await record('DeleteAIImageInfos', async (observer) =>
        assertDone(await rpc.call('DeleteAIImageInfos', parameters, { kind: 'read', observer })),
      );
    },
  };
}

function decodeVideoTags(response: RpcResponse): VideoTagResult | undefined {
  const { VideoTagResult } = response.body;
  return onlyResult(response, VideoTagResult, decodeVideoTagResult('VideoTagResult', VideoTagResult));
}

function decodeMediaDNA(response: RpcResponse): MediaDNAResult | undefined {
  const { DNAResult } = response.body;
  return onlyResult(response, DNAResult, decodeMediaDNAResult('DNAResult', DNAResult));
}

/** The only result of a response. If it is undecodable, so is the response; if it is missing or `{}`, there is none. */
export function onlyResult<Result>(
  response: RpcResponse,
  wire: unknown,
  result: Decoded<Result>,
): Result | undefined {
  if (result instanceof Undecodable) {
    const { field, expected, received } = result;
    throw new InvalidResponseError(`${field}: expected ${expected}; got ${received}`, response);
  }
  if (wire === undefined) assertNothingFound(response);
  return wire === '{}' || isEmptyObject(wire) ? undefined : result;
}

const wireAIImage = z.object({
  AIImageInfoId: z.string().min(1),
  JobId: anything,
  FileURL: anything,
  Format: anything,
  Score: anything,
  CreationTime: anything,
});
const imagesResponse = z.object({ AIImageInfoList: z.array(wireAIImage).nullish() });

function decodeAIImages(response: RpcResponse): readonly VideoAIImage[] {
  const { AIImageInfoList } = decodeBody(response, imagesResponse);
  if (AIImageInfoList === undefined) assertNothingFound(response);
  return (AIImageInfoList ?? []).map((image) => decodeAIImage(image, response.requestId));
}

/** Decodes one cover. An undecodable field leaves the other fields intact. */
function decodeAIImage(image: z.infer<typeof wireAIImage>, requestId: string | undefined): VideoAIImage {
  return {
    id: image.AIImageInfoId,
    url: decodeText(image.FileURL),
    format: decodeWord('Format', image.Format, imageFormats),
    score: decodeNumber('Score', image.Score),
    createdAt: decodeTime('CreationTime', image.CreationTime),
    jobId: decodeText(image.JobId),
    requestId,
  };
}
