import type { AIImageFormat } from './ai-template.ts';
import type { Decoded } from './decoded.ts';
import type { UserError } from './submission.ts';

/** A cover that an image job made of a video, as ListAIImageInfo describes it. */
export interface VideoAIImage {
  readonly id: string;
  /** Where the file is, signed: it works for a while only. */
  readonly url: string | undefined;
  readonly format: Decoded<AIImageFormat>;
  readonly score: Decoded<number>;
  readonly createdAt: Decoded<Date>;
  /** The image job that made it. */
  readonly jobId: string | undefined;
  /** The `RequestId` of the answer that it comes from. */
  readonly requestId: string | undefined;
}

/** What became of a deletion of covers, ten by ten. */
export interface AIImageDeletion {
  /** The ids of the covers that are gone, in the order given. */
  readonly deletedIds: readonly string[];
  /** What the caller has to mend: of the input, or of a ten that VOD refused; its `message` names the ids. */
  readonly userErrors: readonly UserError[];
  /** The tens of which nobody knows whether they are gone, or which VOD did not serve. To be asked for again. */
  readonly failures: readonly FailedAIImageDeletion[];
}

export interface FailedAIImageDeletion {
  readonly ids: readonly string[];
  readonly error: Error;
}
