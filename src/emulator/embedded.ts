import type { VideoTagConfig } from './results/video-tag.ts';
import { startEmulator } from './server.ts';

/** Everything that a smart tag job can find. */
const videoTag: VideoTagConfig = {
  analyseTypes: ['Face', 'ASR', 'OCR', 'Category', 'Annotation'],
  origASRData: true,
};

/**
 * Starts the emulator that the gateway uses when no VOD is configured, with example jobs, on a free port of loopback.
 *
 * @param callbackKey signs the events
 */
export async function startEmbeddedEmulator(region: string, callbackKey: string) {
  const emulator = await startEmulator({ region, strictTemplates: true, callback: { key: callbackKey } });
  const aiJobIds = Array.from({ length: 25 }, (_, index) => exampleId('a1', index));
  const hourAgo = Date.now() - 3_600_000;
  for (const [index, jobId] of aiJobIds.entries()) {
    emulator.jobs.addAIJob({
      jobId,
      mediaId: index === 7 ? 'example-video-that-fails' : `example-video-${index}`,
      type: index % 3 === 2 ? 'AIMediaDNA' : 'AIVideoTag',
      videoTag,
      createdAt: hourAgo,
    });
  }
  for (let index = 0; index < 3; index++) {
    emulator.jobs.addAIImageJob({
      jobId: exampleId('1a', index),
      videoId: `example-video-${index}`,
      userData: JSON.stringify({ Extend: { example: index } }),
      createdAt: hourAgo,
    });
  }
  const { jobId: unfinishedAIJobId } = emulator.jobs.addAIJob({
    jobId: exampleId('a2', 0),
    mediaId: 'example-video-to-follow',
    videoTag,
    createdWhenRead: true,
  });
  return { emulator, examples: { aiJobIds, unfinishedAIJobId } };
}

/** The same ids at every start, so that saved queries still find their jobs. */
function exampleId(prefix: string, index: number): string {
  return prefix + index.toString(16).padStart(32 - prefix.length, '0');
}
