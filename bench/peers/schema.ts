import type { JobLoader } from './vod-client.ts';

/** The part of the gateway's schema that the benchmark asks for; to be smaller is to the others' advantage. */
export const typeDefs = /* GraphQL */ `
  type Query {
    aiJob(id: ID!): AIJob
    aiJobs(ids: [ID!]!): [AIJob]!
    _entities(representations: [_Any!]!): [_Entity]!
  }
  scalar _Any
  union _Entity = AIJob
  type AIJob {
    id: ID!
    type: AIJobType
    status: AIJobStatus
    video: Video
    data: String
  }
  type Video {
    id: ID!
  }
  enum AIJobType {
    MEDIA_DNA
    VIDEO_TAG
  }
  enum AIJobStatus {
    INIT
    PROCESSING
    SUCCESS
    FAIL
  }
`;

/** What the resolvers of one request work with. */
export interface Context {
  readonly jobs: JobLoader;
}

export const resolvers = {
  Query: {
    aiJob: (_root: unknown, { id }: { id: string }, { jobs }: Context) => jobs.load(id),
    aiJobs: (_root: unknown, { ids }: { ids: readonly string[] }, { jobs }: Context) =>
      ids.map((id) => jobs.load(id)),
    _entities: (
      _root: unknown,
      { representations }: { representations: readonly { readonly id: string }[] },
      { jobs }: Context,
    ) => representations.map(({ id }) => jobs.load(id)),
  },
  // All entities are jobs.
  _Entity: { __resolveType: () => 'AIJob' },
};
