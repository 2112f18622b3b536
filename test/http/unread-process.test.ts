import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import { startGateway, upstreamSettings } from '../support/gateway-process.ts';

const MIB = 1024 * 1024;

it('sixty clients that do not read 4.5 MB each leave a gateway with a heap of 400 MiB alive and under 520 MiB', async () => {
  const emulator = await startEmulator({ region: 'cn-shanghai' });
  onTestFinished(() => emulator.close());
  const ids = Array.from({ length: 100 }, (_, index) => `job-${index}`);
  for (const jobId of ids) emulator.jobs.addAIJob({ jobId, status: 'success', data: 'x'.repeat(45_000) });
  const gateway = startGateway({ ...upstreamSettings(emulator), LOG_LEVEL: 'warn' }, [
    process.execPath,
    '--max-old-space-size=400',
    'src/main.ts',
  ]);
  const origin = await gateway.origin();
  const metric = async (name: string) => {
    const text = await (await fetch(`${origin}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  };

  const body = JSON.stringify({ query: `{ aiJobs(ids: ${JSON.stringify(ids)}) { data } }` });
  for (let index = 0; index < 60; index++) {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1').pause();
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  }

  let rss = 0;
  const closed = async () => {
    rss = Math.max(rss, await metric('process_resident_memory_bytes'));
    return metric('connections_closed_unread_total\\{reason="bytes"\\}');
  };
  // 400 MiB / 12 has room for seven of them.
  await expect.poll(closed, { timeout: 40_000 }).toBe(53);
  expect(await metric('unread_bytes')).toBeLessThan(34 * MIB);
  expect(rss).toBeLessThan(520 * MIB);
  expect((await fetch(`${origin}/health`)).status).toBe(200);
  const served = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  });
  expect(served.status).toBe(200);
  expect(gateway.isRunning).toBe(true);
}, 60_000);
