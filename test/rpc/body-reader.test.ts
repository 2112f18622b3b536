import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { LargeBodies } from '../../src/rpc/body-reader.ts';
import { CancelledError } from '../../src/rpc/errors.ts';
import { failure, read, runningClient } from './running-client.ts';
import { json, scriptedServer } from './scripted-server.ts';

describe('large bodies', () => {
  it('take turns, four at a time, in order', () => {
    const bodies = new LargeBodies();
    const started: number[] = [];
    const starts = Array.from({ length: 7 }, (_, index) => () => void started.push(index));
    for (const start of starts) bodies.enter(start);
    expect(started).toEqual([0, 1, 2, 3]);
    bodies.leave(starts[5] as () => void);
    expect(started).toEqual([0, 1, 2, 3]);
    bodies.leave(starts[2] as () => void);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    bodies.leave(starts[0] as () => void);
    bodies.leave(starts[1] as () => void);
    expect(started).toEqual([0, 1, 2, 3, 4, 6]);
  });
});

describe('a large response', () => {
  const half = 'x'.repeat(4 * 1024 * 1024);

  it('waits while four others are read, and small ones do not', async () => {
    const open: ServerResponse[] = [];
    const large = (response: ServerResponse) => {
      open.push(response);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(`{"RequestId":"R","Data":"${half}`);
    };
    const { origin, received } = await scriptedServer([large, large, large, large, json(200, {}), large]);
    const { client } = runningClient(origin);
    const first = Array.from({ length: 4 }, () => read(client));
    await received(4);
    await read(client);
    const abort = new AbortController();
    const cancelled = failure(read(client, { signal: abort.signal }));
    const last = read(client);
    await received(7);
    abort.abort();
    expect(await cancelled).toBeInstanceOf(CancelledError);
    for (const response of open) response.end(`${half}"}`);
    const bodies = await Promise.all([...first, last]);
    expect(bodies.map(({ body }) => (body.Data as string).length)).toEqual(Array(5).fill(2 * half.length));
  });

  it('that is cut off makes room for others', async () => {
    const cut = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(`{"RequestId":"R","Data":"${half}`, () => response.destroy());
    };
    const { origin } = await scriptedServer([cut, cut, cut, cut, json(200, { Data: half })]);
    const { client } = runningClient(origin, { timeoutMs: 1_000 });
    const lost = await Promise.all(
      Array.from({ length: 4 }, () => failure(client.call('SubmitAIJob', {}, { kind: 'submit' }))),
    );
    expect(lost.map(({ name }) => name)).toEqual(Array(4).fill('UnavailableError'));
    expect((await read(client)).body.Data).toBe(half);
  });
});
