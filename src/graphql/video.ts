import { builder } from './builder.ts';

/** A video by its id alone: everything else about it belongs to another subgraph. */
export interface VideoReference {
  readonly id: string;
}

export const Video = builder.objectRef<VideoReference>('Video').implement({
  description:
    'A video in VOD. This API knows it by its id; in a supergraph, the subgraph of the videos adds the rest.',
  fields: (t) => ({
    id: t.exposeID('id', { nullable: false, description: "The video's id in VOD, also called media id." }),
  }),
});

builder.asEntity(Video, {
  // Not resolvable: there is nothing that this subgraph could add to a video that it is given.
  key: builder.keyDirective(builder.selection<VideoReference>('id'), false),
  resolveReference: ({ id }) => ({ id }),
});

/** The video that a job is about, where the API names it. */
export function videoOf({ videoId }: { readonly videoId: string | undefined }): VideoReference | undefined {
  return videoId === undefined ? undefined : { id: videoId };
}
