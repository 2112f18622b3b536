import type { z } from 'zod';
import type {
  MediaAuditDetails,
  MediaAuditResult,
  MediaAuditSpeech,
  MediaAuditTimeline,
} from '../domain/media-audit.ts';
import type { RpcClient } from '../rpc/client.ts';
import { decodeJSON } from './fields.ts';
import {
  mediaAuditDetails,
  mediaAuditResult,
  mediaAuditSpeech,
  mediaAuditTimeline,
} from './media-audit-result.ts';
import { decodeIfFound } from './responses.ts';
import { onlyResult } from './video-results.ts';

/**
 * The results of automated review of a medium, by its id. Each is `undefined` if there is no result or no such medium. They
 * reject only with an `RpcError`.
 */
export interface MediaAuditActions {
  /** GetMediaAuditResult, for a video or an image. */
  mediaAuditResult(mediaId: string, signal?: AbortSignal): Promise<MediaAuditResult | undefined>;
  /** GetMediaAuditResultTimeline. */
  mediaAuditTimeline(mediaId: string, signal?: AbortSignal): Promise<MediaAuditTimeline | undefined>;
  /** GetMediaAuditResultDetail: 20 frames a page. The first page is 1. */
  mediaAuditDetails(
    mediaId: string,
    page: number,
    signal?: AbortSignal,
  ): Promise<MediaAuditDetails | undefined>;
  /** GetMediaAuditAudioResultDetail. All pages without `page`. */
  mediaAuditSpeech(
    mediaId: string,
    page: number | undefined,
    signal?: AbortSignal,
  ): Promise<MediaAuditSpeech | undefined>;
}

/** Creates the actions. */
export function mediaAuditActions(rpc: RpcClient): MediaAuditActions {
  const read = <Result>(
    action: string,
    key: string,
    schema: z.ZodType<Result>,
    parameters: Record<string, string>,
    signal: AbortSignal | undefined,
  ) =>
    decodeIfFound(rpc.call(action, parameters, { kind: 'read', signal }), (response) =>
      onlyResult(response, response.body[key], decodeJSON(key, response.body[key], schema)),
    );
  return {
    mediaAuditResult: (MediaId, signal) =>
      read('GetMediaAuditResult', 'MediaAuditResult', mediaAuditResult, { MediaId }, signal),
    mediaAuditTimeline: (MediaId, signal) =>
      read(
        'GetMediaAuditResultTimeline',
        'MediaAuditResultTimeline',
        mediaAuditTimeline,
        { MediaId },
        signal,
      ),
    mediaAuditDetails: (MediaId, page, signal) => {
      const parameters = { MediaId, PageNo: String(page) };
      return read(
        'GetMediaAuditResultDetail',
        'MediaAuditResultDetail',
        mediaAuditDetails,
        parameters,
        signal,
      );
    },
    mediaAuditSpeech: (MediaId, page, signal) => {
      const parameters = { MediaId, ...(page !== undefined && { PageNo: String(page) }) };
      return read(
        'GetMediaAuditAudioResultDetail',
        'MediaAuditAudioResultDetail',
        mediaAuditSpeech,
        parameters,
        signal,
      );
    },
  };
}
