import type { AIImageFormat } from './ai-image-template.ts';
import type { Decoded } from './decoded.ts';
import type { UserError } from './submission.ts';

/** A cover that an image job created for a video. Source: ListAIImageInfo. */
export interface VideoAIImage {
  readonly id: string;
  /** The signed URL of the file. It expires. */
  readonly url: string | undefined;
  readonly format: Decoded<AIImageFormat>;
  readonly score: Decoded<number>;
  readonly createdAt: Decoded<Date>;
  /** The id of the image job that created the cover. */
  readonly jobId: string | undefined;
  /** The `RequestId` of the response with this cover. */
  readonly requestId: string | undefined;
}

/** The result of a deletion of covers. Covers are deleted in batches that succeed or fail independently. */
export interface AIImageDeletion {
  /** The ids of the deleted covers, in the order of the request. */
  readonly deletedIds: readonly string[];
  /** Errors that the caller can correct, in the input or of a rejected batch. `message` lists the batch's ids. */
  readonly userErrors: readonly UserError[];
  /** The batches that failed. Their covers may or may not be deleted, and the deletion can be repeated. */
  readonly failures: readonly FailedAIImageDeletion[];
}

/** A batch of covers whose deletion failed. */
export interface FailedAIImageDeletion {
  readonly ids: readonly string[];
  readonly error: Error;
}
