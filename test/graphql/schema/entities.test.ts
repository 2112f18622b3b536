import { describe, expect, it } from 'vitest';
import { finishedJobs, runningGateway } from '../../support/running-gateway.ts';

const representations = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { __typename ... on AIJob { id status } ... on AIImageJob { id } }
}`;

describe('entities', () => {
  it('reads 25 representations in three calls', async () => {
    const gateway = await runningGateway();
    const ids = finishedJobs(gateway.emulator, 25);

    const { data, errors } = await gateway.query(representations, {
      representations: ids.map((id) => ({ __typename: 'AIJob', id })),
    });

    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(ids.map((id) => ({ __typename: 'AIJob', id, status: 'SUCCESS' })));
    expect(gateway.lookups.map((batch) => batch.length)).toEqual([10, 10, 5]);
  });

  it('gives null for an unknown id, without an error', async () => {
    const { query, emulator } = await runningGateway();
    finishedJobs(emulator, 1);
    emulator.jobs.addAIImageJob({ jobId: 'cover-0', createdAt: 0 });

    const { data, errors } = await query(representations, {
      representations: [
        { __typename: 'AIJob', id: 'job-0' },
        { __typename: 'AIJob', id: 'no-such-job' },
        { __typename: 'AIImageJob', id: 'no-such-job' },
        { __typename: 'AIImageJob', id: 'cover-0' },
      ],
    });

    expect(errors).toBeUndefined();
    expect(data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([
      'job-0',
      null,
      null,
      'cover-0',
    ]);
  });

  it('refuses a bad id alone, and its siblings are read', async () => {
    const { query, emulator } = await runningGateway();
    finishedJobs(emulator, 1);

    const { data, errors } = await query(representations, {
      representations: [
        { __typename: 'AIJob', id: 'a,b' },
        { __typename: 'AIJob', id: 'job-0' },
        { __typename: 'AIImageJob' },
      ],
    });

    expect(data._entities[0]).toBeNull();
    expect(data._entities[1].id).toBe('job-0');
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['_entities', 0], 'BAD_USER_INPUT'],
      [['_entities', 2], 'BAD_USER_INPUT'],
    ]);
  });

  it('refuses what is no entity of this subgraph', async () => {
    const { query, emulator } = await runningGateway();

    for (const representation of [{ __typename: 'VideoTag', id: 'v' }, { __typename: 'Nothing' }, {}, null]) {
      const { errors } = await query(representations, { representations: [representation] });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
    expect(emulator.calls).toHaveLength(0);
  });
});
