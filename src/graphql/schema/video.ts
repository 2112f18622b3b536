import { builder } from './builder.ts';
import { checkedId } from './job.ts';

/** A video by its id alone: everything else about it belongs to another subgraph. */
export interface VideoReference {
  readonly id: string;
}

export const Video = builder.objectRef<VideoReference>('Video').implement({
  description:
    'A video in VOD: its jobs, by its id. In a supergraph, the subgraph of the videos adds the rest.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "The video's id in VOD, also called media id." }),
  }),
});

builder.asEntity(Video, {
  key: builder.selection<VideoReference>('id'),
  // Async, so that a bad id is the error of this reference alone.
  resolveReference: async ({ id }) => ({ id: checkedId(id) }),
});

/** The video that a job is about, where the API names it. */
export function videoOf({ videoId }: { readonly videoId: string | undefined }): VideoReference | undefined {
  return videoId === undefined ? undefined : { id: videoId };
}
