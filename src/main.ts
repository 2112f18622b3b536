import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// As PID 1 of a container, the process has no default signal handlers. One handler stays for the life of the process, because
// Node.js drops a signal that arrives while one handler replaces another. Before the gateway serves, a signal exits immediately.
let handle: (signal: NodeJS.Signals) => void = () => process.exit(0);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => handle(signal));

// This must run before other modules load. Later starts read stripped and compiled modules from the cache, which saves a third
// of the start (`npm run bench:start`). In the image the folder is read-only, so nothing is cached. `npm start` also sets the
// folder in the environment, which caches this file as well. Node.js would choose a folder that all users can write to.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'));
const { main } = await import('./gateway.ts');
await main((handler) => {
  handle = handler;
});
flushCompileCache();
