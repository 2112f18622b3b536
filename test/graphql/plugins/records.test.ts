import { expect, it, vi } from 'vitest';
import { AIJobsDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { collectedLog } from '../../support/collected-logs.ts';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';
import { streaming } from '../transports/streaming.ts';

type Line = Readonly<Record<string, unknown>>;

/** A gateway, and the log lines of its operations. */
async function logged() {
  const lines: Line[] = [];
  const log = collectedLog((text) => {
    const { level, time, ...line } = JSON.parse(text) as Line;
    if ('operation' in line) lines.push(line);
  });
  return { gateway: await runningGateway({ log }), lines };
}

it('has one line for an operation, with the calls to VOD that it waited for', async () => {
  const { gateway, lines } = await logged();
  const ids = finishedJobs(gateway.emulator, 12);
  gateway.emulator.faults.add({ kind: 'throttle', times: 1 });

  await gateway.query(AIJobsDocument, { ids });
  await gateway.query(AIJobsDocument, { ids });

  const requestIds = gateway.emulator.calls.map(({ requestId }) => requestId);
  expect(lines).toEqual([
    {
      msg: 'operation',
      operation: 'AIJobs',
      type: 'query',
      caller: 'anybody',
      transport: 'http',
      ms: expect.any(Number),
      calls: 2,
      requestIds: expect.toSatisfy((logged: string[]) => requestIds.every((id) => logged.includes(id))),
      errors: [],
    },
    expect.objectContaining({ calls: 0, requestIds: [] }),
  ]);
  // The throttled attempt has a RequestId, too.
  expect(requestIds).toHaveLength(3);
});

it('has the calls that list the jobs of a video in VOD', async () => {
  const { gateway, lines } = await logged();
  gateway.emulator.jobs.addAIJob({ mediaId: 'v', status: 'success' });

  await gateway.query('{ aiVideo(id: "v") { aiJobs(source: VOD) { totalCount } } }');

  expect(gateway.emulator.calls.map(({ action }) => action)).toEqual(['ListJobInfo', 'ListAIJob']);
  const requestIds = gateway.emulator.calls.map(({ requestId }) => requestId);
  expect(lines).toEqual([expect.objectContaining({ calls: 2, requestIds })]);
});

it('counts a shared call for each operation that waited for it', async () => {
  const { gateway, lines } = await logged();
  const ids = finishedJobs(gateway.emulator, 3);
  await Promise.all(ids.map((id) => gateway.query(AIJobsDocument, { ids: [id] })));

  expect(gateway.emulator.calls).toHaveLength(1);
  const requestIds = gateway.emulator.calls.map(({ requestId }) => requestId);
  expect(lines).toEqual(ids.map(() => expect.objectContaining({ calls: 1, requestIds })));
});

it('has the calls of a submission, and none for a later request with the same idempotency key', async () => {
  const { gateway, lines } = await logged();
  const input = { videoId: 'v', types: ['VIDEO_TAG' as const], idempotencyKey: 'once' };
  await Promise.all([1, 2].map(() => gateway.query(SubmitAIJobDocument, { input })));
  await gateway.query(SubmitAIJobDocument, { input });

  const requestIds = gateway.emulator.calls.map(({ requestId }) => requestId);
  const line = { operation: 'SubmitAIJob', type: 'mutation', errors: [] };
  expect(lines).toEqual([
    expect.objectContaining({ ...line, calls: 1, requestIds }),
    expect.objectContaining({ ...line, calls: 1, requestIds }),
    expect.objectContaining({ ...line, calls: 0, requestIds: [] }),
  ]);
});

it('counts the calls for templates and results by video, those of changes and shared ones included', async () => {
  const { gateway, lines } = await logged();
  const { emulator, query } = gateway;
  const own = await query(
    'mutation { createAITemplate(input: { name: "n", config: { image: { format: GIF } } }) { template { id } } }',
  );
  const { id } = own.data.createAITemplate.template;
  const input = `{ id: "${id}", name: "m" }`;
  await Promise.all([1, 2].map(() => query('{ aiTemplates(type: IMAGE) { id } }')));
  await query(`mutation { updateAITemplate(input: ${input}) { userErrors { code } } }`);
  await query(`mutation { setDefaultAITemplate(input: { id: "${id}" }) { userErrors { code } } }`);
  await query(`mutation { deleteAITemplate(input: { id: "${id}" }) { userErrors { code } } }`);
  await query('{ aiVideo(id: "v") { tags { categories { tag } } dna { matches { similarity } } } }');
  await query('{ aiVideo(id: "v") { aiImages { id } } }');
  const ids = JSON.stringify(Array.from({ length: 11 }, (_, index) => `image-${index}`));
  await query(`mutation { deleteAIImages(input: { ids: ${ids} }) { deletedIds } }`);

  expect(lines.map(({ calls, errors }) => [calls, errors])).toEqual([
    // AddAITemplate and GetAITemplate
    [2, []],
    [1, []],
    [1, []],
    // GetAITemplate and UpdateAITemplate
    [2, []],
    [1, []],
    [1, []],
    [2, []],
    [1, []],
    [2, []],
  ]);
  const logs = lines.flatMap(({ requestIds }) => requestIds as string[]);
  expect(new Set(logs)).toEqual(new Set(emulator.calls.map(({ requestId }) => requestId)));
});

it('has the codes of errors, and nothing that a client sent but a valid, shortened name', async () => {
  const { gateway, lines } = await logged();
  const { app, emulator } = gateway;
  const server = await app.server();
  const post = (body: object) =>
    server.fetch('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  emulator.faults.add({ kind: 'html', status: 200, times: 1 });
  await gateway.query('query Broken { aiJob(id: "some-job") { status } }');
  await post({ query: '{ my secret words', operationName: `${'x'.repeat(100)}"\n{}` });
  await post({ query: '{ my secret words', operationName: 'x'.repeat(100) });
  await gateway.query('query Wrong($id: ID!) { aiJob(id: $id) { status } }');
  await gateway.query('{ noSuchField }');

  expect(lines).toMatchObject([
    { operation: 'Broken', type: 'query', calls: 1, errors: ['UPSTREAM_INVALID_RESPONSE'] },
    { operation: null, type: null, calls: 0, errors: ['BAD_USER_INPUT'] },
    { operation: 'x'.repeat(64), type: null, calls: 0, errors: ['BAD_USER_INPUT'] },
    { operation: 'Wrong', type: 'query', calls: 0, errors: ['BAD_USER_INPUT'] },
    { operation: null, type: null, calls: 0, errors: ['BAD_USER_INPUT'] },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/secret words|some-job|noSuchField/);
});

it.each([
  ['server-sent events', 'sse'],
  ['graphql-sse', 'sse'],
  ['graphql-ws', 'websocket'],
] as const)(
  'has a line at the start and one at the end of a subscription over %s',
  async (over, transport) => {
    const { gateway, lines } = await logged();
    const [id = ''] = finishedJobs(gateway.emulator, 1);
    const subscriber = (await streaming(gateway)).over(over)([id]);
    await subscriber.end;

    const line = { operation: 'FollowAIJobs', type: 'subscription', caller: 'anybody', transport, calls: 1 };
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines).toMatchObject([
      { ...line, msg: 'subscription started', events: 0 },
      { ...line, msg: 'subscription ended', events: 1, errors: [] },
    ]);
  },
);

it('has a line for the end of a subscription whose client disconnects', async () => {
  const { gateway, lines } = await logged();
  gateway.emulator.jobs.addAIJob({ jobId: 'slow', status: 'processing' });
  for (const over of ['server-sent events', 'graphql-ws'] as const) {
    lines.length = 0;
    const subscriber = (await streaming(gateway)).over(over)(['slow']);
    await vi.waitFor(() => expect(lines).toMatchObject([{ msg: 'subscription started' }]));
    subscriber.leave();
    await vi.waitFor(() => expect(lines.at(-1)).toMatchObject({ msg: 'subscription ended' }));
  }
});
