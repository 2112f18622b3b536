import { type IncomingMessage, request } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { listening } from '../support/listening.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';

const mutation = 'mutation { submitAIJob(input: { videoId: "v" }) { requestId } }';

describe('a page of another site', () => {
  it.each([
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(mutation)}`],
    ['text/plain', JSON.stringify({ query: mutation })],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n${mutation}\r\n--x--`,
    ],
  ])('cannot submit with a form of type %s', async (type, body) => {
    const { app, emulator } = await runningGateway();
    const origin = await listening(app.listener);

    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': type, origin: 'https://elsewhere.example' },
      body,
    });

    expect(response.status).toBe(415);
    expect(emulator.calls).toHaveLength(0);
  });

  it('is not allowed to send JSON or to read a response', async () => {
    const { app } = await runningGateway();
    const origin = await listening(app.listener);
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };

    for (const init of [
      { method: 'OPTIONS', headers },
      { headers: { origin: 'https://elsewhere.example' } },
    ]) {
      const response = await fetch(`${origin}/graphql?query={__typename}`, init);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('cannot submit with a link', async () => {
    const { app, emulator } = await runningGateway();
    const origin = await listening(app.listener);

    const response = await fetch(`${origin}/graphql?query=${encodeURIComponent(mutation)}`);

    expect(response.status).toBe(405);
    expect(emulator.calls).toHaveLength(0);
  });
});

describe('a client that disconnects', () => {
  it('cancels a call that no other client waits for', async () => {
    const { app, emulator } = await runningGateway();
    const origin = await listening(app.listener);
    let dropped = () => {};
    const arrived = new Promise<void>((resolve) => {
      dropped = resolve;
    });
    emulator.faults.add({
      kind: 'latency',
      ms: 60_000,
      when: () => {
        dropped();
        return true;
      },
    });
    const client = request(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    client.on('error', () => {});
    client.end(JSON.stringify({ query: '{ aiJob(id: "job-0") { id } }' }));
    await arrived;

    client.destroy();

    await expect.poll(() => emulator.calls[0]?.outcome).toBe('aborted');
  });

  it('does not affect another client that waits for the same job', async () => {
    const { app, emulator, query } = await runningGateway();
    finishedJobs(emulator, 1);
    const origin = await listening(app.listener);
    emulator.faults.add({ kind: 'latency', ms: 100 });
    const body = JSON.stringify({ query: '{ aiJob(id: "job-0") { id } }' });
    const client = request(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    client.on('error', () => {});
    client.end(body);
    await expect.poll(() => emulator.calls.length).toBe(1);
    const other = query('{ aiJob(id: "job-0") { status } }');

    client.destroy();

    expect((await other).data.aiJob.status).toBe('SUCCESS');
    expect(emulator.calls).toHaveLength(1);
  });
});

describe('a body', () => {
  it.each([
    ['with a content-length over the limit', { 'content-length': '200000' }],
    ['that grows over the limit', { 'transfer-encoding': 'chunked' }],
  ])('%s is rejected', async (_, headers) => {
    const { app } = await runningGateway();
    const origin = await listening(app.listener);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const client = request(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
      });
      client.on('response', resolve).on('error', reject);
      client.write(JSON.stringify({ query: `{ __typename } #${'x'.repeat(150_000)}` }));
    });

    expect(response.statusCode).toBe(413);
    expect(await json(response)).toEqual({
      errors: [
        {
          message: 'body: expected at most 102400 bytes; got more',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    response.destroy();
  });

  it('in chunks that split characters is decoded correctly', async () => {
    const { app } = await runningGateway();
    const origin = await listening(app.listener);
    const body = Buffer.from(JSON.stringify({ query: '{ aiJob(id: "作业") { id } }' }));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const client = request(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      client.on('response', resolve).on('error', reject);
      client.setNoDelay(true);
      for (const byte of body) client.write(Buffer.of(byte));
      client.end();
    });

    expect(await json(response)).toEqual({ data: { aiJob: null } });
  });
});

describe('other paths', () => {
  it('report health and readiness, or respond with 404', async () => {
    const { app } = await runningGateway();
    const origin = await listening(app.listener);
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    expect((await fetch(`${origin}/ready`)).status).toBe(200);
    expect((await fetch(`${origin}/nothing`)).status).toBe(404);
  });

  it('reject a callback without a signature, in the media type of `Accept`', async () => {
    const callbackUrl = 'https://gateway.example.com/callbacks/vod';
    const { app } = await runningGateway({ events: { callbackUrl, callbackKeys: ['key'] } });
    const origin = await listening(app.listener);
    for (const type of ['application/json', 'application/graphql-response+json']) {
      const init = { method: 'POST', body: '{}', headers: { accept: type } };
      const response = await fetch(`${origin}/callbacks/vod`, init);
      expect(response.status).toBe(403);
      expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(response.headers.get('connection')).toBe('close');
      expect(await response.json()).toEqual({
        errors: [{ message: expect.stringContaining('X-VOD-'), extensions: { code: 'FORBIDDEN' } }],
      });
    }
  });
});

describe('a malformed request', () => {
  it.each(['[', 'a:b@c', 'x y', 'gateway:99999999'])('is rejected for its Host: %s', async (host) => {
    const gateway = await runningGateway();
    const origin = await listening(gateway.app.listener);
    const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
      const headers = { host, 'content-type': 'application/json' };
      const asked = request(`${origin}/graphql`, { method: 'POST', headers }, async (response) =>
        resolve([response.statusCode, await text(response)]),
      );
      asked.on('error', reject).end('{"query":"{ __typename }"}');
    });
    expect(status).toBe(400);
    expect(JSON.parse(body).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(body).not.toContain('    at ');
  });

  it.each(['{"then":1}', '{"\\u0074hen":1,"query":"{ __typename }"}'])(
    'is rejected for a `then` parameter: %s',
    async (body) => {
      const gateway = await runningGateway();
      const origin = await listening(gateway.app.listener);
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    },
  );

  it('is rejected before it runs if `Accept` includes no supported media type', async () => {
    const gateway = await runningGateway();
    const origin = await listening(gateway.app.listener);
    for (const accept of ['text/plain', 'image/*', 'application/json; charset=latin1', 'Application/JSON']) {
      const headers = { 'content-type': 'application/json', accept };
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: mutation }),
      });
      expect([accept, response.status]).toEqual([accept, accept === 'Application/JSON' ? 200 : 406]);
    }
    expect(gateway.emulator.calls).toHaveLength(1);
  });

  it.each(['variables={', 'extensions=%22', 'variables=%5B1'])(
    'is rejected for a parameter that is not JSON: %s',
    async (parameter) => {
      const gateway = await runningGateway();
      const origin = await listening(gateway.app.listener);
      const response = await fetch(`${origin}/graphql?query={__typename}&${parameter}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    },
  );

  it('is rejected for a target that is not a path', async () => {
    const gateway = await runningGateway();
    const { port } = new URL(await listening(gateway.app.listener));
    const status = await new Promise((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', method: 'POST', path: '*' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end('{}');
    });
    expect(status).toBe(400);
  });

  it('is rejected for a subscription without fields and for thousands of unknown variables', async () => {
    const gateway = await runningGateway();
    const origin = await listening(gateway.app.listener);
    const post = async (body: object) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return response.text();
    };
    const skipped = 'subscription { aiJobUpdated(ids: ["a"]) @skip(if: true) { id } }';
    expect(await post({ query: skipped })).toContain('"code":"BAD_USER_INPUT"');
    const v = Object.fromEntries(Array.from({ length: 9_000 }, (_, key) => [`k${key}`, 1]));
    expect(
      await post({
        query: mutation.replace('mutation', 'mutation ($v: SubmitAIJobInput)'),
        variables: { v },
      }),
    ).toContain('"code":"BAD_USER_INPUT"');
  });

  it('gets a response to OPTIONS without its body', async () => {
    const gateway = await runningGateway({ limits: { maxConcurrentRequests: 1 } });
    const origin = await listening(gateway.app.listener);
    for (let time = 0; time < 3; time++) {
      const asked = request(`${origin}/graphql`, { method: 'OPTIONS', headers: { 'content-length': '100' } });
      const status = await new Promise((resolve) =>
        asked.on('response', ({ statusCode }) => resolve(statusCode)).flushHeaders(),
      );
      asked.on('error', () => {}).destroy();
      expect(status).toBe(204);
    }
  });

  it('gets no message of the JSON parser', async () => {
    const gateway = await runningGateway();
    const origin = await listening(gateway.app.listener);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: '{' });
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });
});
