import Fastify from 'fastify';
import mercurius from 'mercurius';
import { resolvers, typeDefs } from './schema.ts';
import { createJobLoader, port } from './vod-client.ts';

/** Mercurius on Fastify; queries are compiled when they come for the second time. */

const app = Fastify();
await app.register(mercurius, {
  schema: typeDefs,
  // Its types want the context of its own, which the benchmark's resolvers do not use. Its name for `__resolveType` is shorter.
  resolvers: { ...resolvers, _Entity: { resolveType: () => 'AIJob' } } as unknown as NonNullable<
    Parameters<typeof mercurius>[1]['resolvers']
  >,
  context: () => ({ jobs: createJobLoader() }),
  jit: 1,
  graphiql: false,
});
await app.listen({ port, host: '127.0.0.1' });
