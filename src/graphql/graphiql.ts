import { readFileSync } from 'node:fs';
import type { GraphiQLOptions } from 'graphql-yoga';

/** Jobs that exist before the first submission, for the tabs that read. The embedded emulator has some. */
export interface ExampleJobs {
  readonly aiJobIds: readonly string[];
  readonly aiImageJobIds: readonly string[];
  /** A template for image jobs. */
  readonly imageTemplateId?: string;
}

const operations = new URL('../../schema/operations/', import.meta.url);

/** The first tab. Its input is a literal because GraphiQL does not load the variables of the tab that it opens with. */
const submission = `# Press play to submit a video. The response has the ids of
# its jobs: copy one to the next tabs to follow the job.
# (With a video id that contains "fail", the emulator's job
# fails. With "missing", the submission is rejected.)
mutation SubmitAIJob {
  submitAIJob(
    input: {
      videoId: "video-of-a-talk"
      types: [VIDEO_TAG, MEDIA_DNA]
      config: {
        videoTag: {
          analyseTypes: [FACE, ASR, OCR, CATEGORY]
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

/** GraphiQL's options. Its tabs are the operations of `schema/operations/`, in the order in which a client uses them. */
export function graphiqlOptions({ aiJobIds, aiImageJobIds, imageTemplateId }: ExampleJobs): GraphiQLOptions {
  return {
    title: 'VOD AI gateway',
    defaultTabs: [
      { query: submission },
      tab('FollowAIJobs', { ids: aiJobIds.slice(0, 1) }),
      tab('ReadAIJobResult', { id: aiJobIds[0] ?? 'the-id-of-a-job' }),
      tab('SpeechCaptions', {
        id: aiJobIds[0] ?? 'the-id-of-a-job',
        format: 'WEBVTT',
        maxCharsPerLine: 42,
        text: 'video',
      }),
      tab('AIJobs', { ids: aiJobIds }),
      tab('VideoAIJobs', { id: 'video-of-a-talk', first: 10 }),
      tab('VideoResults', { id: 'example-video-0' }),
      tab('AITemplates', { type: 'IMAGE' }),
      tab('CreateAITemplate', {
        input: { name: 'Covers of talks', config: { image: { format: 'PNG', setDefaultCover: false } } },
      }),
      tab('SubmitAIImageJob', {
        input: { videoId: 'video-of-a-talk', templateId: imageTemplateId ?? 'the-id-of-a-template' },
      }),
      tab('FollowAIImageJobs', { ids: aiImageJobIds.slice(0, 1) }),
      tab('AIImageJobs', { ids: aiImageJobIds }),
      tab('VideoAIImages', { id: 'example-video-0' }),
    ],
  };
}

function tab(operation: string, variables: object) {
  const query = readFileSync(new URL(`${operation}.graphql`, operations), 'utf8');
  return { query, variables: JSON.stringify(variables, null, 2) };
}
