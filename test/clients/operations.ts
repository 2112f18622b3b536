import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, parse } from 'graphql';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

const folder = new URL('../../schema/operations/', import.meta.url);

/** The operations of `schema/operations/`, by name. */
export const operations: ReadonlyMap<string, string> = new Map(
  readdirSync(folder).map((file) => [
    file.replace('.graphql', ''),
    readFileSync(new URL(file, folder), 'utf8'),
  ]),
);

/** Variables with which each operation returns objects of all types that it selects. */
export const variables: Readonly<Record<string, Record<string, unknown>>> = {
  AIImageJob: { id: 'covers' },
  AIImageJobs: { ids: ['covers'] },
  AIJob: { id: 'job-0' },
  AIJobs: { ids: ['job-0', 'job-1'] },
  AIMediaAuditJob: { id: 'review' },
  AIMediaAuditJobs: { ids: ['review'] },
  AISubmission: { by: { idempotencyKey: 'key' } },
  AISubmissions: {},
  AITemplate: { id: 'template-0' },
  AITemplates: { type: 'IMAGE' },
  CreateAITemplate: { input: { name: 'covers', config: { image: { format: 'PNG' } } } },
  DefaultAITemplate: { type: 'MEDIA_AUDIT' },
  DeleteAIImages: { input: { ids: ['a,b'] } },
  DeleteAITemplate: { input: { id: 'missing' } },
  DeleteMediaDNA: { input: { videoId: 'v' } },
  FollowAIImageJobs: { ids: ['covers'] },
  FollowAIMediaAuditJobs: { ids: ['review'] },
  FollowAIJobs: { ids: ['job-0'] },
  KnownAIImageJobs: {},
  KnownAIJobs: {},
  KnownAIMediaAuditJobs: {},
  LatestAIJob: { id: 'v', type: 'VIDEO_TAG' },
  ReadAIJobResult: { id: 'job-0' },
  SetDefaultAITemplate: { input: { id: 'missing' } },
  SpeechCaptions: { id: 'job-0', format: 'WEBVTT', text: 'a' },
  SubmitAIImageAuditJob: { input: { imageId: 'i', templateId: 't' } },
  SubmitAIImageJob: { input: { videoId: 'v', templateId: 't' } },
  SubmitAIJob: { input: { videoId: 'v', types: ['VIDEO_TAG', 'MEDIA_DNA'], idempotencyKey: 'key' } },
  SubmitAIMediaAuditJob: { input: { videoId: 'v' } },
  SubmitAIJobs: { input: { videos: [{ videoId: 'w' }], types: ['VIDEO_TAG'] } },
  UpdateAITemplate: { input: { id: 'missing', name: 'renamed' } },
  WaitForAIJobs: { ids: ['job-0'], waitMs: 100 },
  VideoAIImageJobs: { id: 'v' },
  VideoAIImages: { id: 'video-of-covers' },
  VideoAIMediaAuditJobs: { id: 'v' },
  VideoAudit: { id: 'reviewed-video' },
  VideoAIJobs: { id: 'v' },
  VideoAIJobsInVOD: { id: 'v' },
  VideoResults: { id: 'video-0' },
};

/** The queries and mutations. Mutations are first, so that the queries find what they made. */
export const documents: readonly {
  readonly name: string;
  readonly document: DocumentNode;
  readonly isMutation: boolean;
}[] = [...operations]
  .filter(([, text]) => !/^subscription/m.test(text))
  .map(([name, text]) => ({ name, document: parse(text), isMutation: /^mutation/m.test(text) }))
  .sort((a, b) => Number(b.isMutation) - Number(a.isMutation));

/** A gateway for clients: its `fetch`, with jobs for all operations. */
export async function gatewayFetch(): Promise<typeof fetch> {
  const { app, emulator } = await runningGateway();
  finishedJobs(emulator, 2);
  emulator.jobs.addAIJob({ jobId: 'dna', mediaId: 'video-0', type: 'AIMediaDNA', status: 'success' });
  emulator.jobs.addAIImageJob({ jobId: 'covers', videoId: 'video-of-covers', createdAt: 0 });
  emulator.jobs.addAIJob({
    jobId: 'review',
    mediaId: 'reviewed-video',
    type: 'AIMediaAudit',
    status: 'success',
  });
  return async (url, init) => (await app.server()).fetch(new Request(url, init));
}
