import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// As PID 1 of a container, the process has no default signal handlers. One handler stays for the life of the process, because
// Node.js drops a signal that arrives while one handler replaces another. Before the gateway serves, a signal exits immediately.
let handle: (signal: NodeJS.Signals) => void = () => process.exit(0);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => handle(signal));

// Before anything else is loaded: later starts neither strip the types nor compile again, which is a third of their time
// (`npm run bench:start`). Where the folder cannot be written, as in the image, nothing is cached. `npm start` names the same
// folder in the environment, so that this file is cached, too. The default of Node.js is a folder that every user of the
// machine can write to.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'));
const { main } = await import('./gateway.ts');
await main((handler) => {
  handle = handler;
});
flushCompileCache();
