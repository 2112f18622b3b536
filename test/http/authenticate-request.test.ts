import { describe, expect, it } from 'vitest';
import { closedGateway, keys } from '../support/closed-gateway.ts';
import { listening } from '../support/listening.ts';

const query = '{ aiJob(id: "job-0") { status } }';

async function closed(options?: Parameters<typeof closedGateway>[0]) {
  const gateway = await closedGateway(options);
  gateway.emulator.jobs.addAIJob({ jobId: 'job-0', createdAt: 0 });
  const origin = await listening(gateway.app.listener, gateway.app.upgrade);
  const post = (headers: Record<string, string> = {}, body = JSON.stringify({ query })) =>
    fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  return { ...gateway, origin, post };
}

describe('a gateway with authentication', () => {
  it('serves callers with a key or a token', async () => {
    const { post, issuer } = await closed();
    const token = await issuer.token();
    for (const headers of [
      { authorization: `Bearer ${keys.reader}` },
      { 'x-api-key': keys.reader },
      { authorization: `Bearer ${token}` },
    ]) {
      const response = await post(headers as Record<string, string>);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ data: { aiJob: { status: 'SUCCESS' } } });
    }
  });

  it('responds to all others with 401 and a GraphQL error, before it reads the body', async () => {
    const { post, issuer, emulator, clock } = await closed();
    const expired = await issuer.token({ exp: 1 });
    for (const headers of [
      {},
      { 'x-api-key': 'wrong' },
      { authorization: 'Bearer wrong' },
      { authorization: 'Basic d3Jvbmc6d3Jvbmc=' },
      { authorization: `Bearer ${expired}` },
      { 'x-api-key': keys.reader, authorization: `Bearer ${keys.submitter}` },
    ]) {
      // Otherwise the address would have sent too many wrong credentials.
      clock.advance(60_000);
      // The body makes no difference, even if it is not JSON.
      for (const body of [JSON.stringify({ query }), '{', '{"query":"{ nothing }"}']) {
        const response = await post(headers as Record<string, string>, body);
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
        expect(response.headers.get('content-type')).toContain('application/json');
        expect(await response.json()).toEqual({
          errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }],
        });
      }
    }
    expect(emulator.calls).toEqual([]);
  });

  it('slows an address after ten wrong credentials, except for valid ones', async () => {
    const { post, clock } = await closed();
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await post({ 'x-api-key': `guess-${attempt}` })).status).toBe(401);
    }
    const slowed = await post({ 'x-api-key': 'guess' });
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '6']);
    expect(await slowed.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }],
    });
    expect((await post()).status).toBe(401);
    expect((await post({ 'x-api-key': keys.reader })).status).toBe(200);
    clock.advance(6_000);
    expect((await post({ 'x-api-key': 'guess' })).status).toBe(401);
    expect((await post({ 'x-api-key': 'guess' })).status).toBe(429);
  });

  it('knows the addresses of clients behind a trusted proxy only', async () => {
    const direct = await closed();
    const proxied = await closed({ trustedProxies: ['127.0.0.0/8'] });
    const wrong = (client: string) => ({ 'x-api-key': 'guess', 'x-forwarded-for': client });
    for (let attempt = 0; attempt < 10; attempt++) {
      await direct.post(wrong(`192.0.2.${attempt}`));
      await proxied.post(wrong('192.0.2.1'));
    }
    expect((await direct.post(wrong('192.0.2.99'))).status).toBe(429);
    expect((await proxied.post(wrong('192.0.2.99'))).status).toBe(401);
    expect((await proxied.post(wrong('192.0.2.99, 192.0.2.1'))).status).toBe(429);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'])(
    'rejects every %s without credentials',
    async (method) => {
      const { origin } = await closed();
      const search = `?query=${encodeURIComponent(query)}`;
      for (const path of ['/graphql', '/graphql/', '//graphql', '/%67raphql', '/elsewhere', '/']) {
        for (const accept of ['application/json', 'text/event-stream', '*/*']) {
          const response = await fetch(`${origin}${path}${search}`, { method, headers: { accept } });
          expect(response.status).toBe(401);
        }
      }
    },
  );

  it('responds to every wrong key with the same error', async () => {
    const { post } = await closed();
    const messages = await Promise.all(
      ['x', keys.reader.slice(0, -1), `${keys.reader}x`].map(async (key) =>
        (await post({ 'x-api-key': key })).text(),
      ),
    );
    expect(new Set(messages).size).toBe(1);
  });

  it('responds with 503 and Retry-After if the key set of the issuer cannot be read', async () => {
    const { post, issuer } = await closed();
    issuer.answer = { status: 500, body: '' };
    const response = await post({ authorization: `Bearer ${await issuer.token()}` });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } }],
    });
    // API keys do not depend on the issuer.
    expect((await post({ 'x-api-key': keys.reader })).status).toBe(200);
  });

  it('serves health checks, metrics and callbacks without credentials', async () => {
    const { origin } = await closed();
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    expect((await fetch(`${origin}/ready`)).status).toBe(200);
    expect((await fetch(`${origin}/metrics`)).status).toBe(200);
    const event = await fetch(`${origin}/callbacks/vod`, { method: 'POST', body: '{}' });
    expect(event.status).not.toBe(401);
  });

  it('serves GraphiQL to browsers without credentials, and executes nothing', async () => {
    const { origin, emulator } = await closed();
    const page = await fetch(`${origin}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/html,application/json' },
    });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    // No other page and no other method passes.
    for (const path of ['/graphql?query=%7B__typename%7D', '/elsewhere']) {
      const response = await fetch(`${origin}${path}`, { method: 'POST', headers: { accept: 'text/html' } });
      expect(response.status).toBe(401);
    }
    const stream = await fetch(`${origin}/graphql?token=x`, { headers: { accept: 'text/html' } });
    expect(stream.headers.get('content-type')).toContain('text/html');
    expect(emulator.calls).toEqual([]);
  });

  it('serves no page if GraphiQL is off', async () => {
    const { origin } = await closed({ exposure: { graphiql: false } });
    const page = await fetch(`${origin}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/html' },
    });
    expect(page.status).toBe(401);
  });

  it('executes nothing for a request in this process without a caller', async () => {
    const { app, emulator } = await closed();
    const response = await (await app.server()).fetch('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(emulator.calls).toEqual([]);
  });
});
