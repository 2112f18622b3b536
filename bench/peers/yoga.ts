import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { type Context, resolvers, typeDefs } from './schema.ts';
import { createJobLoader, port } from './vod-client.ts';

/** The gateway's own stack, used plainly: Yoga, and a DataLoader for each request. */

const yoga = createYoga<Record<never, never>, Context>({
  schema: createSchema<Context>({ typeDefs, resolvers }),
  context: () => ({ jobs: createJobLoader() }),
  graphiql: false,
  landingPage: false,
  cors: false,
  multipart: false,
  logging: false,
});
createServer(yoga).listen(port, '127.0.0.1');
