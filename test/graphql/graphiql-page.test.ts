import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { listening } from '../support/listening.ts';
import { runningGateway } from '../support/running-gateway.ts';

async function place() {
  const { app } = await runningGateway();
  const url = `${await listening(app.listener, app.upgrade)}/graphql`;
  /** The response as it is sent, without decompression. */
  const get = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
      (resolve, reject) => {
        const sent = request(target, { headers, method }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        });
        sent.on('error', reject).end();
      },
    );
  return { url, get };
}

it('the page is small, has a policy, cannot be framed, and is checked again at each visit', async () => {
  const { url, get } = await place();
  const { headers, body } = await get(url, { accept: 'text/html' });
  expect(body.length).toBeLessThan(2_000);
  expect(String(body)).not.toMatch(/<script>|<style>| on\w+=/);
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(headers).toMatchObject({
    'cache-control': 'no-cache',
    vary: 'accept',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

it('its files are compressed and cached by the hash in their name', { timeout: 20_000 }, async () => {
  const { url, get } = await place();
  const { body } = await get(url, { accept: 'text/html' });
  const names = [...String(body).matchAll(/(?:src|href)="(\?file=[^"]+)"/g)].map(([, name]) => name);
  expect(names).toHaveLength(3);
  let bytes = 0;
  for (const name of names) {
    const plain = await get(`${url}${name}`);
    const br = await get(`${url}${name}`, { 'accept-encoding': 'gzip, br' });
    const gzip = await get(`${url}${name}`, { 'accept-encoding': 'gzip' });
    expect(br.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(br.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
    const head = await get(`${url}${name}`, { 'accept-encoding': 'br' }, 'HEAD');
    expect([head.status, head.body.length]).toEqual([200, 0]);
    bytes += br.body.length;
  }
  expect(bytes).toBeLessThan(2_000_000);
  expect((await get(`${url}?file=other.js`)).status).toBe(404);
});
