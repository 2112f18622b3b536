import { describe, expect, it, vi } from 'vitest';
import { RejectedError } from '../../src/rpc/errors.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { failure, read, runningClient, submit, TIMEOUT_MS } from './running-client.ts';
import { apiError, json, type Reply, scriptedServer, stall } from './scripted-server.ts';

const MINUTES = 60_000;
const ok = json(200, { RequestId: 'R-ok' });

/** An API with its own clock, which refuses timestamps that differ by more than 15 minutes. */
function timeCheckingApi(code = 'InvalidTimeStamp.Expired') {
  const api = {
    clock: undefined as ManualClock | undefined,
    /** The difference between the API's clock and the test's monotonic time. */
    time: Date.parse('2026-01-02T03:04:05Z') - 1_000,
    get now() {
      return api.time + (api.clock?.monotonic() ?? 0);
    },
  };
  const reply: Reply = (response, request) => {
    const signedAt = Date.parse(String(request.headers['x-acs-date']));
    const isExpired = Math.abs(signedAt - api.now) > 15 * MINUTES;
    const date = { date: new Date(api.now).toUTCString() };
    (isExpired ? apiError(400, code, date) : ok)(response, request);
  };
  return { api, reply };
}

async function clientOfApi({ code }: { readonly code?: string } = {}) {
  const { api, reply } = timeCheckingApi(code);
  const { origin, requests } = await scriptedServer([reply]);
  const onClockCorrected = vi.fn();
  const { client, clock } = runningClient(origin, { onClockCorrected });
  api.clock = clock;
  return { client, clock, requests, onClockCorrected };
}

describe('the signatures of a machine whose clock is wrong', () => {
  it.each([
    ['behind', -40],
    ['ahead', 40],
  ])("use the API's time after a refusal: %s", async (_, minutes) => {
    const { client, clock, requests, onClockCorrected } = await clientOfApi();
    clock.setWallClock(minutes * MINUTES);

    await expect(read(client)).resolves.toMatchObject({ requestId: 'R-ok' });
    await expect(submit(client)).resolves.toMatchObject({ requestId: 'R-ok' });

    expect(requests).toHaveLength(3);
    expect(onClockCorrected.mock.calls).toEqual([[-minutes * MINUTES]]);
  });

  it('are corrected for a submit: VOD did not run the refused one', async () => {
    const { client, clock, requests } = await clientOfApi({ code: 'IllegalTimestamp' });
    clock.setWallClock(-40 * MINUTES);
    await expect(submit(client)).resolves.toMatchObject({ requestId: 'R-ok' });
    expect(requests).toHaveLength(2);
  });

  it('are corrected once for all calls in flight', async () => {
    const { client, clock, requests, onClockCorrected } = await clientOfApi();
    clock.setWallClock(-40 * MINUTES);
    await Promise.all(Array.from({ length: 20 }, () => read(client)));
    expect(requests).toHaveLength(40);
    expect(onClockCorrected).toHaveBeenCalledOnce();
  });

  it('are corrected again when the clock is set', async () => {
    const { client, clock, onClockCorrected } = await clientOfApi();
    clock.setWallClock(-40 * MINUTES);
    await read(client);
    clock.setWallClock(40 * MINUTES);
    await read(client);
    expect(onClockCorrected.mock.calls).toEqual([[40 * MINUTES], [0]]);
  });
});

describe('a refused timestamp', () => {
  const refused = async (reply: Reply) => {
    const { origin, requests } = await scriptedServer([reply]);
    const { client } = runningClient(origin);
    const error = await failure(read(client));
    expect(error).toBeInstanceOf(RejectedError);
    return { error, requests };
  };

  it('is an error if it is refused again', async () => {
    const date = { date: 'Fri, 02 Jan 2026 04:04:05 GMT' };
    const { error, requests } = await refused(apiError(400, 'InvalidTimeStamp.Expired', date));
    expect(error.code).toBe('InvalidTimeStamp.Expired');
    expect(requests).toHaveLength(2);
  });

  it.each([
    ["the API's time is the same", 'InvalidTimeStamp.Expired', 'Fri, 02 Jan 2026 03:04:30 GMT'],
    ["the API's time is another day", 'InvalidTimeStamp.Expired', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['the Date is invalid', 'InvalidTimeStamp.Expired', 'now'],
    ['the signature is wrong', 'SignatureDoesNotMatch', 'Fri, 02 Jan 2026 04:04:05 GMT'],
    ['the format is wrong', 'InvalidTimeStamp.Format', 'Fri, 02 Jan 2026 04:04:05 GMT'],
  ])('is an error at once if %s', async (_, code, date) => {
    const { requests } = await refused(apiError(400, code, { date }));
    expect(requests).toHaveLength(1);
  });
});

describe.each([-30_000, 30_000])('a wall clock that is set by %i ms', (ms) => {
  it('does not delay calls that wait for the quota', async () => {
    const { origin, requests } = await scriptedServer([ok]);
    const { client, clock } = runningClient(origin, { callsPerSecond: 10 });
    await read(client);
    const call = read(client);
    clock.setWallClock(ms);
    await clock.scheduled(2);
    clock.advance(100);
    await call;
    expect(requests).toHaveLength(2);
    expect(client.delayMs('ListAIJob', 1)).toBe(100);
  });

  it('does not move the deadline of a call', async () => {
    const { origin, received } = await scriptedServer([apiError(500, 'InternalError'), stall]);
    const { client, clock } = runningClient(origin);
    const call = failure(read(client));
    await clock.scheduled(2);
    clock.setWallClock(ms);
    clock.advance(50);
    await received(2);
    clock.advance(TIMEOUT_MS - 50);
    expect((await call).message).toBe(`VOD did not respond to ListAIJob within ${TIMEOUT_MS} ms`);
  });
});
