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
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable"])
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
  type Query {
    "All films."
    videos: [Video!]!
    "A page of them."
    films: FilmConnection
  }
`;

const representations = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { __typename ... on AIJob { id status } ... on AIImageJob { id } }
}`;

describe('entities', () => {
  it('reads 25 representations in three calls', async () => {
    const gateway = await runningGateway();
    const ids = finishedJobs(gateway.emulator, 25);

    const { data, errors } = await gateway.query(representations, {
      representations: ids.map((id) => ({ __typename: 'AIJob', id })),
    });

    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(ids.map((id) => ({ __typename: 'AIJob', id, status: 'SUCCESS' })));
    expect(gateway.lookups.map((batch) => batch.length)).toEqual([10, 10, 5]);
  });

  it('gives null for an unknown id, without an error', async () => {
    const { query, emulator } = await runningGateway();
    finishedJobs(emulator, 1);
    emulator.jobs.addAIImageJob({ jobId: 'cover-0', createdAt: 0 });

    const { data, errors } = await query(representations, {
      representations: [
        { __typename: 'AIJob', id: 'job-0' },
        { __typename: 'AIJob', id: 'no-such-job' },
        { __typename: 'AIImageJob', id: 'no-such-job' },
        { __typename: 'AIImageJob', id: 'cover-0' },
      ],
    });

    expect(errors).toBeUndefined();
    expect(data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([
      'job-0',
      null,
      null,
      'cover-0',
    ]);
  });

  it('refuses a bad id alone, and its siblings are read', async () => {
    const { query, emulator } = await runningGateway();
    finishedJobs(emulator, 1);

    const { data, errors } = await query(representations, {
      representations: [
        { __typename: 'AIJob', id: 'a,b' },
        { __typename: 'AIJob', id: 'job-0' },
        { __typename: 'AIImageJob' },
      ],
    });

    expect(data._entities[0]).toBeNull();
    expect(data._entities[1].id).toBe('job-0');
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['_entities', 0], 'BAD_USER_INPUT'],
      [['_entities', 2], 'BAD_USER_INPUT'],
    ]);
  });

  it('refuses what is no entity of this subgraph', async () => {
    const { query, emulator } = await runningGateway();

    for (const representation of [{ __typename: 'VideoTag', id: 'v' }, { __typename: 'Nothing' }, {}, null]) {
      const { errors } = await query(representations, { representations: [representation] });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
    expect(emulator.calls).toHaveLength(0);
  });
});

describe('composition with a subgraph that owns Video', () => {
  it('has no error and no hint in Apollo’s composer', () => {
    const { errors, hints } = compose('http://127.0.0.1', 'http://127.0.0.1');

    expect(errors).toBeUndefined();
    expect(hints?.map(({ message }) => message)).toEqual([]);
  });

  it('has no error in the Guild’s composer', () => {
    const result = composeWithGuild([
      { name: 'vod-ai', url: 'http://127.0.0.1', typeDefs: parse(subgraphSDL) },
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
    const gateway = new ApolloGateway({ supergraphSdl: supergraphSdl ?? '', logger: silent });
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
    { name: 'vod-ai', url: ours, typeDefs: parse(subgraphSDL) },
    { name: 'videos', url: theirs, typeDefs: parse(videosSDL) },
  ]);
}
