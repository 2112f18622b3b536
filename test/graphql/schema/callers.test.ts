import { expect, it } from 'vitest';
import { recordingLog } from '../../auth/recording-log.ts';
import { closedGateway, queryAs } from '../../support/closed-gateway.ts';
import type { RunningGateway } from '../../support/running-gateway.ts';

type Name = Parameters<typeof queryAs>[1];

/** Submits a video under a key. Returns the payload. */
async function submit(gateway: RunningGateway, name: Name, videoId: string, idempotencyKey?: string) {
  const { data, errors } = await queryAs(
    gateway,
    name,
    `mutation ($input: SubmitAIJobInput!) {
      submitAIJob(input: $input) {
        jobs { id video { id } } requestId userErrors { code }
        submission { id caller }
      }
    }`,
    { input: { videoId, types: ['VIDEO_TAG'], idempotencyKey } },
  );
  expect(errors).toBeUndefined();
  return data.submitAIJob;
}

/** The submissions that the caller sees in a list. */
async function listed(gateway: RunningGateway, name: Name, args = '') {
  const { data, errors } = await queryAs(
    gateway,
    name,
    `{ aiSubmissions${args} { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id caller } } } }`,
  );
  expect(errors).toBeUndefined();
  const { totalCount, pageInfo, edges } = data.aiSubmissions;
  const nodes = (edges as { node: { id: string; caller: string } }[]).map(({ node }) => node);
  return {
    totalCount,
    pageInfo,
    ids: nodes.map(({ id }) => id),
    callers: nodes.map(({ caller }) => caller),
  };
}

async function found(gateway: RunningGateway, name: Name, by: object): Promise<{ id: string } | null> {
  const query = 'query ($by: AISubmissionBy!) { aiSubmission(by: $by) { id } }';
  const { data, errors } = await queryAs(gateway, name, query, { by });
  expect(errors).toBeUndefined();
  return data.aiSubmission;
}

it("another caller's key with the same input makes a job of its own", async () => {
  const gateway = await closedGateway();

  const ann = await submit(gateway, 'ann', 'video', 'key');
  const bob = await submit(gateway, 'bob', 'video', 'key');

  expect(ann.submission.caller).toBe('key:ann');
  expect(bob.submission.caller).toBe('key:bob');
  expect(bob.jobs[0].id).not.toBe(ann.jobs[0].id);
  expect(bob.requestId).not.toBe(ann.requestId);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(2);
  // Each repeats only its own submission.
  expect(await submit(gateway, 'ann', 'video', 'key')).toEqual(ann);
  expect(await submit(gateway, 'bob', 'video', 'key')).toEqual(bob);
  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(2);
});

it('requests at the same time share a submission only if they have the same caller', async () => {
  const gateway = await closedGateway();
  const names = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'ann' : 'bob'));

  const payloads = await Promise.all(names.map((name) => submit(gateway, name, 'video', 'key')));

  expect(gateway.emulator.jobs.submittedAIJobs).toHaveLength(2);
  for (const [index, { submission }] of payloads.entries()) {
    expect(submission.caller).toBe(`key:${names[index]}`);
  }
});

it("another caller's key with another input refuses neither caller", async () => {
  const gateway = await closedGateway();
  const stranger = await submit(gateway, 'bob', 'another', 'key');
  const rightful = await submit(gateway, 'ann', 'video', 'key');

  expect([stranger.userErrors, rightful.userErrors]).toEqual([[], []]);
  expect(rightful.jobs[0].video.id).toBe('video');
  const reused = await submit(gateway, 'ann', 'another', 'key');
  expect(reused.userErrors).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
});

it('a caller sees its own submissions only: in pages, in counts, by id and by key', async () => {
  const gateway = await closedGateway();
  const own: string[] = [];
  for (const video of ['a', 'b', 'c']) {
    own.unshift((await submit(gateway, 'ann', video, `ann-${video}`)).submission.id);
    gateway.clock.advance(1);
    await submit(gateway, 'bob', video, `bob-${video}`);
    gateway.clock.advance(1);
  }
  const [bobs] = (await listed(gateway, 'bob')).ids;

  expect(await listed(gateway, 'ann')).toMatchObject({ totalCount: 3, ids: own });
  expect((await listed(gateway, 'ann', '(filter: { videoId: "a", state: [MADE] })')).ids).toEqual(
    own.slice(2),
  );
  expect((await listed(gateway, 'ann', '(last: 1)')).ids).toEqual(own.slice(2));
  expect(await listed(gateway, 'reader')).toMatchObject({ totalCount: 0, ids: [] });
  // Bob's cursor is a place in the list, not a right.
  const { pageInfo } = await listed(gateway, 'bob', '(first: 1)');
  const after = await listed(gateway, 'ann', `(after: "${pageInfo.endCursor}", first: 2)`);
  expect(after).toMatchObject({ totalCount: 3, ids: own.slice(0, 2), pageInfo: { hasNextPage: true } });

  expect(await found(gateway, 'ann', { id: own[0] })).toEqual({ id: own[0] });
  expect(await found(gateway, 'ann', { id: bobs })).toBeNull();
  expect(await found(gateway, 'ann', { idempotencyKey: 'ann-c' })).toEqual({ id: own[0] });
  expect(await found(gateway, 'ann', { idempotencyKey: 'bob-c' })).toBeNull();
});

it('a caller with submissions:all sees those of all callers, and its own first under a key', async () => {
  const gateway = await closedGateway();
  const ann = await submit(gateway, 'ann', 'video', 'key');
  gateway.clock.advance(1);
  const own = await submit(gateway, 'all', 'video', 'key');
  gateway.clock.advance(1);
  const bob = await submit(gateway, 'bob', 'video', 'key');
  await submit(gateway, 'ann', 'video', 'only-ann');

  const { totalCount, callers } = await listed(gateway, 'all');
  expect(totalCount).toBe(4);
  expect(new Set(callers)).toEqual(new Set(['key:ann', 'key:all', 'key:bob']));
  for (const { submission } of [ann, own, bob]) {
    expect(await found(gateway, 'all', { id: submission.id })).toEqual({ id: submission.id });
  }
  expect(await found(gateway, 'all', { idempotencyKey: 'key' })).toEqual({ id: own.submission.id });
  expect(await found(gateway, 'all', { idempotencyKey: 'only-ann' })).not.toBeNull();
});

it('the log line of a submission names its caller', async () => {
  const log = recordingLog();
  const gateway = await closedGateway({ log });
  const { submission } = await submit(gateway, 'ann', 'video');
  const submitted = log.lines.filter(({ message }) => message === 'submitted');
  expect(submitted).toMatchObject([{ fields: { submission: submission.id, caller: 'key:ann' } }]);
});

it('a subject of a token and an API key with the same name are different callers', async () => {
  const gateway = await closedGateway();
  await submit(gateway, 'ann', 'video', 'key');
  const authorization = `Bearer ${await gateway.issuer.token({ sub: 'ann' })}`;
  const response = await (await gateway.app.server()).fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: '{ aiSubmissions { totalCount } }' }),
  });
  expect(await response.json()).toEqual({ data: { aiSubmissions: { totalCount: 0 } } });
});
