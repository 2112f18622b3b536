import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded: later starts neither strip the types nor compile again, which is a third of their time. Where
// the folder cannot be written, as in the image, nothing is cached. `npm start` names the same folder in the environment, so
// that this file is cached, too. The default of Node.js is a folder that every user of the machine can write to.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'));
const { main } = await import('./gateway.ts');
await main();
flushCompileCache();
