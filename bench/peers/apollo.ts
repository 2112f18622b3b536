import { ApolloServer } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { type Context, resolvers, typeDefs } from './schema.ts';
import { createJobLoader, port } from './vod-client.ts';

/** Apollo Server 5 on Fastify. */

const app = Fastify();
const server = new ApolloServer<Context>({
  typeDefs,
  resolvers,
  introspection: false,
  plugins: [fastifyApolloDrainPlugin(app)],
});
await server.start();
app.post('/graphql', fastifyApolloHandler(server, { context: async () => ({ jobs: createJobLoader() }) }));
await app.listen({ port, host: '127.0.0.1' });
