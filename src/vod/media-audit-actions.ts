import type { z } from 'zod';
import type {
  MediaAuditDetails,
  MediaAuditResult,
  MediaAuditSpeech,
  MediaAuditTimeline,
} from '../domain/media-audit.ts';
import type { CallObserver, RpcClient } from '../rpc/client.ts';
import { decodeJSON } from './fields.ts';
import {
  mediaAuditDetails,
  mediaAuditResult,
  mediaAuditSpeech,
  mediaAuditTimeline,
} from './media-audit-result.ts';
import { decodeIfFound } from './responses.ts';
import { onlyResult } from './video-results.ts';

/** What aborts a call, and what observes it. */
export type ObservedCall = readonly [signal?: AbortSignal, observer?: CallObserver];

/**
 * The results of automated review of a medium, by its id. Each is `undefined` if there is no result or no such medium. They
 * reject only with an `RpcError`.
 */
export interface MediaAuditActions {
  /** GetMediaAuditResult, for a video or an image. */
  mediaAuditResult(mediaId: string, ...call: ObservedCall): Promise<MediaAuditResult | undefined>;
  /** GetMediaAuditResultTimeline. */
  mediaAuditTimeline(mediaId: string, ...call: ObservedCall): Promise<MediaAuditTimeline | undefined>;
  /** GetMediaAuditResultDetail: 20 frames a page. The first page is 1. */
  mediaAuditDetails(
    mediaId: string,
    page: number,
    ...call: ObservedCall
  ): Promise<MediaAuditDetails | undefined>;
  /** GetMediaAuditAudioResultDetail. All pages without `page`. */
  mediaAuditSpeech(
    mediaId: string,
    page: number | undefined,
    ...call: ObservedCall
  ): Promise<MediaAuditSpeech | undefined>;
}

/** Creates the actions. */
export function mediaAuditActions(rpc: RpcClient): MediaAuditActions {
  const read = <Result>(
    action: string,
    key: string,
    schema: z.ZodType<Result>,
    parameters: Record<string, string>,
    [signal, observer]: ObservedCall,
  ) =>
    decodeIfFound(rpc.call(action, parameters, { kind: 'read', signal, observer }), (response) =>
      onlyResult(response, response.body[key], decodeJSON(key, response.body[key], schema)),
    );
  return {
    mediaAuditResult: (MediaId, ...call) =>
      read('GetMediaAuditResult', 'MediaAuditResult', mediaAuditResult, { MediaId }, call),
    mediaAuditTimeline: (MediaId, ...call) =>
      read('GetMediaAuditResultTimeline', 'MediaAuditResultTimeline', mediaAuditTimeline, { MediaId }, call),
    mediaAuditDetails: (MediaId, page, ...call) => {
      const parameters = { MediaId, PageNo: String(page) };
      return read('GetMediaAuditResultDetail', 'MediaAuditResultDetail', mediaAuditDetails, parameters, call);
    },
    mediaAuditSpeech: (MediaId, page, ...call) => {
      const parameters = { MediaId, ...(page !== undefined && { PageNo: String(page) }) };
      return read(
        'GetMediaAuditAudioResultDetail',
        'MediaAuditAudioResultDetail',
        mediaAuditSpeech,
        parameters,
        call,
      );
    },
  };
}
