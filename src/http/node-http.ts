/**
 * The parts of `node:http` that run. An `import` of the module evaluates all its exports, and so loads the undici inside Node.js
 * next to the gateway's own: a twentieth of the start (`npm run bench:start`).
 */
export const { createServer, ServerResponse } = process.getBuiltinModule('node:http');
