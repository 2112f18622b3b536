import { readFileSync } from 'node:fs';
import type { GraphiQLOptions } from 'graphql-yoga';

/** Jobs that are there from the start, for the tabs that read: the emulator has some. */
export interface ExampleJobs {
  readonly aiJobIds: readonly string[];
  readonly aiImageJobIds: readonly string[];
  /** A template that image jobs can be made by. */
  readonly imageTemplateId?: string;
}

const operations = new URL('../../schema/operations/', import.meta.url);

/**
 * The first tab holds its input itself: GraphiQL leaves the variables of the tab that it opens with out, and this is
 * the one whose first click has to do something.
 */
const submission = `# Press play: this submits a video, and the ids of its jobs
# come back at once. Take one to the next tabs to follow it.
# (A media id that holds "fail" makes the emulator's job fail;
# one that holds "missing" is refused.)
mutation SubmitAIJob {
  submitAIJob(
    input: {
      mediaId: "video-of-a-talk"
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

/** GraphiQL as the gateway serves it: its tabs are the documented operations, in the order of the real flow. */
export function graphiqlOptions({ aiJobIds, aiImageJobIds, imageTemplateId }: ExampleJobs): GraphiQLOptions {
  return {
    title: 'VOD AI gateway',
    defaultTabs: [
      { query: submission },
      tab('FollowAIJobs', { ids: aiJobIds.slice(0, 1) }),
      tab('ReadAIJobResult', { id: aiJobIds[0] ?? 'the-id-of-a-job' }),
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
