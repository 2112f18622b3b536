import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { keepShown } from './collected-logs.ts';

/**
 * Notes every credential and signature that passes a socket of this process, whichever test is behind it: those that
 * its servers (emulators and gateways) receive, and those that its clients send to gateways in processes of their own.
 */

const secretHeaders = ['authorization', 'x-api-key', 'x-acs-security-token', 'x-vod-signature', 'cookie'];
const secretParameters = ['Signature', 'SecurityToken', 'access_token', 'auth_key'];

subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  for (const name of secretHeaders) observe(name, String(request.headers[name] ?? ''));
  observeTarget(request.url ?? '');
});

// Of fetch, and of everything else that is built upon undici; headers are names and values in turns.
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
  // Without the scheme, and the signature by itself, which is the last part of what the scheme of VOD consists of.
  keepShown(value.split(' ').at(-1));
  keepShown(/Signature=([^,\s]+)/.exec(value)?.[1]);
}

function observeTarget(target: string): void {
  if (!URL.canParse(target, 'http://localhost')) return;
  const { searchParams } = new URL(target, 'http://localhost');
  for (const name of secretParameters) for (const value of searchParams.getAll(name)) keepShown(value);
}
