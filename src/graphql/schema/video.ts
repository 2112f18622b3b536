import { builder } from './builder.ts';
import { nullOnlyOnError } from './directives.ts';
import { checkedId } from './ids.ts';

/** A reference to a video. Another subgraph owns all other facts about it. */
export interface VideoReference {
  readonly id: string;
}

/** The files of jobs, results and covers add the fields that list them. */
export const Video = builder.objectRef<VideoReference>('Video').implement({
  description: 'A video in VOD. In a supergraph, the subgraph that owns videos adds further fields.',
  fields: (t) => ({
    id: t.exposeID('id', {
      nullable: false,
      description: 'The id of the video in VOD, also called the media id.',
    }),
  }),
});

builder.asEntity(Video, {
  key: builder.selection<VideoReference>('id'),
  // Async, so that an invalid id fails only this reference.
  resolveReference: async ({ id }) => ({ id: checkedId(id) }),
});

builder.queryField('aiVideo', (t) =>
  t.field({
    type: Video,
    directives: nullOnlyOnError,
    description:
      'The video with this id. The gateway does not check whether VOD has the video: the fields of an unknown video are ' +
      'null or empty.',
    args: { id: t.arg.id({ required: true, description: 'The id of the video: 1 to 64 characters.' }) },
    resolve: (_root, { id }) => ({ id: checkedId(id) }),
  }),
);
