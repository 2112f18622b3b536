import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { keepShown } from './collected-logs.ts';

/**
 * Marks every credential and signature that passes a socket of this process as a secret: those that its emulators and
 * gateways receive, and those that its clients send to gateways in other processes.
 */

const secretHeaders = ['authorization', 'x-api-key', 'x-acs-security-token', 'x-vod-signature', 'cookie'];
const secretParameters = ['Signature', 'SecurityToken', 'access_token', 'auth_key'];

subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  for (const name of secretHeaders) observe(name, String(request.headers[name] ?? ''));
  observeTarget(request.url ?? '');
});

// Requests of fetch and of other clients on undici. `headers` alternates between names and values.
subscribe('undici:request:create', (message) => {
  const { request } = message as { request: { headers: readonly unknown[]; path: string } };
  const { headers } = request;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    observe(String(headers[index]).toLowerCase(), String(headers[index + 1]));
  }
  observeTarget(request.path);
});

function observe(header: string, value: string): void {
  if (!secretHeaders.includes(header) || value === '') return;
  keepShown(value);
  // A log could also have the value without its scheme, or only the signature in it.
  keepShown(value.split(' ').at(-1));
  keepShown(/Signature=([^,\s]+)/.exec(value)?.[1]);
}

function observeTarget(target: string): void {
  if (!URL.canParse(target, 'http://localhost')) return;
  const { searchParams } = new URL(target, 'http://localhost');
  for (const name of secretParameters) for (const value of searchParams.getAll(name)) keepShown(value);
}
