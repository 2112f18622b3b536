import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type Emulator, startEmulator } from '../../src/emulator/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { post } from '../security/every-transport.ts';
import { listening } from '../support/listening.ts';
import { createDatabase } from '../support/postgres.ts';
import { type ResponseError, runningGateway } from '../support/running-gateway.ts';
import { createTestApp } from '../support/test-app.ts';

const DAY_MS = 86_400_000;

const submit = (videoId: string, key?: string) =>
  `mutation { submitAIJob(input: { videoId: "${videoId}", types: [VIDEO_TAG]${key ? `, idempotencyKey: "${key}"` : ''} }) {
    jobs { id } userErrors { code }
  } }`;

const submitMany = (videos: readonly string[]) =>
  `mutation { submitAIJobs(input: { types: [VIDEO_TAG], videos: [${videos.join()}] }) {
    results { jobs { id } userErrors { code message } }
  } }`;

const sentBy = ({ calls }: Emulator) => calls.filter(({ action }) => action === 'SubmitAIJob').length;

describe('a limit of submissions a day', () => {
  it('is exact over two gateways with one Postgres', async () => {
    // The limit begins again at midnight.
    const clock: Clock = { ...systemClock, now: () => Date.UTC(2026, 0, 1, 12) };
    const emulator = await startEmulator({ now: () => clock.now(), qps: {} });
    onTestFinished(() => emulator.close());
    const databaseUrl = await createDatabase();
    const urls: string[] = [];
    for (const _ of [0, 1]) {
      const ledger = await openLedger({ databaseUrl, dataDir: '', clock });
      const limits = { submissionsPerDay: 100 };
      const app = createTestApp(emulator, { ledger, clock }, { databaseUrl, limits });
      onTestFinished(async () => {
        await app.close();
        await ledger.close();
      });
      urls.push(`${await listening(app.listener)}/graphql`);
    }

    const answers = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const response = await post(urls[index % 2] ?? '', { query: submit(`video-${index}`) });
        return (await response.json()) as { data: unknown; errors?: readonly ResponseError[] };
      }),
    );

    const codes = answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(Array.from({ length: 200 }, () => 'RATE_LIMITED'));
    expect(sentBy(emulator)).toBe(100);
  }, 60_000);

  it('names itself, its value and the time until the next UTC day', async () => {
    const { query, clock, emulator } = await runningGateway({ limits: { submissionsPerDay: 1 } });
    clock.advance(DAY_MS / 4);
    expect((await query(submit('a'))).errors).toBeUndefined();

    const { data, errors } = await query(submit('b'));

    expect(data).toEqual({ submitAIJob: null });
    expect(errors).toMatchObject([
      {
        path: ['submitAIJob'],
        message: 'expected at most 1 submissions a day (UTC); got one more, which was not sent',
        extensions: {
          code: 'RATE_LIMITED',
          limit: { name: 'submissionsPerDay', value: 1 },
          retryAfterMs: (DAY_MS * 3) / 4,
        },
      },
    ]);
    clock.advance((DAY_MS * 3) / 4);
    expect((await query(submit('b'))).errors).toBeUndefined();
    expect(sentBy(emulator)).toBe(2);
  });

  it('counts each video of submitAIJobs, and reports those beyond it as NOT_SENT', async () => {
    const { query, emulator } = await runningGateway({ limits: { submissionsPerDay: 3 } });

    const { data } = await query(submitMany(['1', '2', '3', '4', '5'].map((id) => `{ videoId: "${id}" }`)));

    const codes = data.submitAIJobs.results.flatMap(({ userErrors }: { userErrors: { code: string }[] }) =>
      userErrors.map(({ code }) => code),
    );
    expect(codes).toEqual(['NOT_SENT', 'NOT_SENT']);
    expect(sentBy(emulator)).toBe(3);
  });

  it('does not count what is not sent: repeated keys, joined submissions and invalid input', async () => {
    const { query, emulator } = await runningGateway({ limits: { submissionsPerDay: 2 } });
    const [first, joined] = await Promise.all([query(submit('a', 'key')), query(submit('a', 'key'))]);
    const repeated = await query(submit('a', 'key'));
    expect([joined.data, repeated.data]).toEqual([first.data, first.data]);
    await query(submit('', 'other'));
    await query(submit('another-input', 'key'));

    expect((await query(submit('b'))).errors).toBeUndefined();
    expect(sentBy(emulator)).toBe(2);

    // A caller at its limit still gets the result of an earlier submission.
    expect((await query(submit('a', 'key'))).data).toEqual(first.data);
    expect((await query(submit('c'))).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });
});
