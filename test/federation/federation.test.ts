import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices as composeWithGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { describe, expect, it, onTestFinished } from 'vitest';
import { subgraphSDL } from '../../src/graphql/schema/schema.ts';
import { listening } from '../support/listening.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

/** A subgraph of somebody else, who owns the videos and describes what is shared in their own words. */
const videosSDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  "A film in our catalogue."
  type Video @key(fields: "id") {
    "The catalogue number."
    id: ID!
    "Its title."
    title: String
    "When it was first shown."
    releasedAt: DateTime
    "Anything else."
    metadata: JSON
  }
  "An instant."
  scalar DateTime
  "Whatever."
  scalar JSON
  "Somewhere in a list."
  type PageInfo @shareable {
    "More?"
    hasNextPage: Boolean!
    "Less?"
    hasPreviousPage: Boolean!
    "From."
    startCursor: String
    "To."
    endCursor: String
  }
  type FilmConnection {
    pageInfo: PageInfo!
  }
  "What went wrong."
  type UserError {
    "Why."
    reason: String!
  }
  "A film that somebody handed in."
  type Submission {
    "Its number."
    number: Int!
    "What went wrong with it."
    errors: [UserError!]!
  }
  type Query {
    "One film."
    video(id: ID!): Video
    "All films."
    videos: [Video!]!
    "What was handed in."
    submissions: [Submission!]!
    "A page of them."
    films: FilmConnection
  }
`;

describe('composition with a subgraph that owns Video', () => {
  it('has no error and no hint in Apollo’s composer', () => {
    const { errors, hints, supergraphSdl } = compose('http://127.0.0.1', 'http://127.0.0.1');

    expect(errors).toBeUndefined();
    expect(hints?.map(({ message }) => message)).toEqual([]);
    for (const directive of ['@authenticated', '@requiresScopes', '@cost', '@listSize']) {
      expect(supergraphSdl).toContain(`${directive}${directive === '@authenticated' ? '' : '('}`);
    }
  });

  it('has no error in the Guild’s composer', () => {
    const result = composeWithGuild([
      { name: 'vod-ai', url: 'http://127.0.0.1', typeDefs: parse(subgraphSDL()) },
      { name: 'videos', url: 'http://127.0.0.1', typeDefs: parse(videosSDL) },
    ]);

    expect(result.errors).toBeUndefined();
    expect(result.publicSdl).toContain('The catalogue number.');
  });

  it('answers one query that spans both, through a real gateway', async () => {
    const { app, emulator } = await runningGateway();
    finishedJobs(emulator, 2);
    const ours = await listening(app.listener);
    const theirs = await listening(
      createYoga({
        schema: buildSubgraphSchema({
          typeDefs: parse(videosSDL),
          resolvers: {
            Video: { __resolveReference: ({ id }: { id: string }) => ({ id, title: `Title of ${id}` }) },
          },
        }),
      }),
    );
    const { supergraphSdl } = compose(`${ours}/graphql`, `${theirs}/graphql`);
    // @apollo/gateway rejects supergraphs with @authenticated and @requiresScopes unless they are optional. This gateway
    // checks the scopes itself.
    const optionalScopes = supergraphSdl?.replaceAll(', for: SECURITY)', ')') ?? '';
    const gateway = new ApolloGateway({ supergraphSdl: optionalScopes, logger: silent });
    onTestFinished(() => gateway.stop());
    const { executor } = await gateway.load();
    const query = '{ aiJobs(ids: ["job-0", "no-such-job", "job-1"]) { status video { id title } } }';

    const { data, errors } = await executor({
      document: parse(query),
      request: { query, variables: {} },
      operationName: null,
      queryHash: 'spanning',
      schema: gateway.schema,
      logger: silent,
      context: {},
      metrics: {},
      cache: { get: async () => undefined, set: async () => {}, delete: async () => true },
    } as unknown as Parameters<typeof executor>[0]);

    expect(errors).toBeUndefined();
    expect(data).toEqual({
      aiJobs: [
        { status: 'SUCCESS', video: { id: 'video-0', title: 'Title of video-0' } },
        null,
        { status: 'SUCCESS', video: { id: 'video-1', title: 'Title of video-1' } },
      ],
    });
  });
});

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function compose(ours: string, theirs: string) {
  return composeServices([
    { name: 'vod-ai', url: ours, typeDefs: parse(subgraphSDL()) },
    { name: 'videos', url: theirs, typeDefs: parse(videosSDL) },
  ]);
}
