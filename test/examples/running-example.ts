import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { type Environment, GatewayProcess, upstreamSettings } from '../support/gateway-process.ts';
import { freePort, listenOnLoopback } from '../support/listening.ts';
import { startProxy } from '../support/proxy.ts';

const folder = join(import.meta.dirname, '../../examples/web');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** The built web example on a gateway and an emulator. */
export interface RunningExample {
  /** The app's address. */
  readonly origin: string;
  readonly emulator: Emulator;
  /** Sends an operation to the gateway. */
  query(query: string, variables?: object): Promise<unknown>;
  /** Ends all connections to the gateway. New ones fail. */
  disconnect(): void;
  reconnect(): void;
  /** Starts another gateway, which the app uses until the returned function is called. */
  useGateway(env: Environment): Promise<() => void>;
  close(): Promise<void>;
}

/** Builds the example and starts everything that it needs. */
export async function runExample(): Promise<RunningExample> {
  const emulator = await startEmulator({ strictTemplates: true });
  const closedPort = await freePort();
  let gatewayPort = closedPort;
  let isConnected = true;
  const proxy = await startProxy(() => (isConnected ? gatewayPort : closedPort));
  const gatewayUrl = `http://127.0.0.1:${proxy.port}/graphql`;

  const built = mkdtempSync(join(tmpdir(), 'vod-ai-example-'));
  await build(built, { VITE_GATEWAY_URL: gatewayUrl, VITE_MEDIA_BASE: emulator.origin });
  const app = serve(built);
  const origin = `http://127.0.0.1:${await listenOnLoopback(app)}`;

  const gateways: GatewayProcess[] = [];
  async function startGateway(env: Environment): Promise<() => void> {
    const previousPort = gatewayPort;
    const gateway = new GatewayProcess({ CORS_ORIGINS: origin, ...env });
    gateways.push(gateway);
    gatewayPort = Number(new URL(await gateway.origin()).port);
    proxy.cut();
    return () => {
      gatewayPort = previousPort;
      proxy.cut();
    };
  }
  await startGateway(upstreamSettings(emulator));

  return {
    origin,
    emulator,
    async query(query, variables = {}) {
      const response = await fetch(gatewayUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    disconnect() {
      isConnected = false;
      proxy.cut();
    },
    reconnect() {
      isConnected = true;
    },
    useGateway: (env) => {
      const { AUTH_DISABLED: _, ...upstream } = upstreamSettings(emulator);
      return startGateway({ ...upstream, ...env });
    },
    async close() {
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
      await proxy.close();
      await Promise.all(gateways.map((gateway) => gateway.end()));
      await emulator.close();
      rmSync(built, { recursive: true });
    },
  };
}

async function build(outDir: string, env: Environment): Promise<void> {
  const run = (name: string, file: string, ...args: string[]) =>
    promisify(execFile)(process.execPath, [join(folder, 'node_modules', name, file), ...args], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production', ...env },
    });
  await run('@graphql-codegen/cli', 'cjs/bin.js', '--config', 'codegen.ts');
  await run('vite', 'bin/vite.js', 'build', '--outDir', outDir, '--emptyOutDir');
}

function serve(directory: string): Server {
  return createServer(async ({ url = '/' }, response) => {
    const path = new URL(url, 'http://app').pathname;
    const file = path === '/' ? '/index.html' : path;
    try {
      const body = await readFile(join(directory, file));
      response
        .writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
}
