import { readFileSync } from 'node:fs';
import type { GraphiQLOptions } from 'graphql-yoga';

/** Jobs for the tabs that read. The embedded emulator has some. */
export interface ExampleJobs {
  readonly aiJobIds: readonly string[];
  /** A job that is not finished when it is read for the first time. */
  readonly unfinishedAIJobId?: string;
}

const operations = new URL('../../schema/operations/', import.meta.url);

/** The first tab. Its input is a literal because GraphiQL does not load the variables of the tab that it opens with. */
const submission = `# Press play to submit a video. The response has
# the ids of its jobs: copy one to the next tabs.
# If the video id contains "fail", the emulator's
# job fails. With "missing", VOD rejects it.
mutation SubmitAIJob {
  submitAIJob(
    input: {
      videoId: "video-of-a-talk"
      types: [VIDEO_TAG, MEDIA_DNA]
      config: {
        videoTag: {
          analyseTypes: [FACE, ASR, OCR]
          origASRData: true
        }
      }
    }
  ) {
    jobs {
      id
      type
      status
    }
    userErrors {
      code
      field
      message
    }
    requestId
  }
}
`;

/**
 * GraphiQL's options. Its tabs are operations of `schema/operations/`, in the order of a reader's first ten minutes. No more
 * than seven tabs fit into a window of 1,280 pixels.
 */
export function graphiqlOptions({ aiJobIds: [jobId], unfinishedAIJobId }: ExampleJobs): GraphiQLOptions {
  const aiJobId = jobId ?? 'the-id-of-a-job';
  return {
    title: 'VOD AI gateway',
    defaultTabs: [
      { query: submission },
      tab('FollowAIJobs', { ids: [unfinishedAIJobId ?? 'the-id-of-a-job'] }),
      tab('ReadAIJobResult', { id: aiJobId }),
      tab('SpeechCaptions', { id: aiJobId, format: 'WEBVTT', maxCharsPerLine: 42, text: 'video' }),
      tab('VideoAIImages', { id: 'example-video-0' }),
      tab('KnownAIJobs', { first: 10 }),
      tab('AISubmissions', { first: 10 }),
    ],
  };
}

function tab(operation: string, variables: object) {
  const query = readFileSync(new URL(`${operation}.graphql`, operations), 'utf8');
  return { query, variables: JSON.stringify(variables, null, 2) };
}
