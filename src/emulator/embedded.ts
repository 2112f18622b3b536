import { startEmulator } from './server.ts';

/**
 * Starts the emulator that the gateway uses when no VOD is configured, with example jobs, on a free port of loopback.
 *
 * @param callbackKey signs the events
 */
export async function startEmbeddedEmulator(region: string, callbackKey: string) {
  const emulator = await startEmulator({ region, strictTemplates: true, callback: { key: callbackKey } });
  const aiJobIds = Array.from({ length: 25 }, (_, index) => exampleId('a1', index));
  const aiImageJobIds = Array.from({ length: 3 }, (_, index) => exampleId('1a', index));
  const hourAgo = Date.now() - 3_600_000;
  for (const [index, jobId] of aiJobIds.entries()) {
    emulator.jobs.addAIJob({
      jobId,
      mediaId: index === 7 ? 'example-video-that-fails' : `example-video-${index}`,
      type: index % 3 === 2 ? 'AIMediaDNA' : 'AIVideoTag',
      videoTag: { analyseTypes: ['Face', 'ASR', 'OCR', 'Category', 'Annotation'], origASRData: true },
      createdAt: hourAgo,
    });
  }
  for (const [index, jobId] of aiImageJobIds.entries()) {
    emulator.jobs.addAIImageJob({
      jobId,
      videoId: `example-video-${index}`,
      userData: JSON.stringify({ Extend: { example: index } }),
      createdAt: hourAgo,
    });
  }
  const imageTemplateId = emulator.templates.all.find(({ type }) => type === 'AIImage')?.templateId;
  return {
    emulator,
    examples: { aiJobIds, aiImageJobIds, ...(imageTemplateId !== undefined && { imageTemplateId }) },
  };
}

/** The same ids at every start, so that saved queries still find their jobs. */
function exampleId(prefix: string, index: number): string {
  return prefix + index.toString(16).padStart(32 - prefix.length, '0');
}
