import { describe, expect, it } from 'vitest';
import {
  DeleteAIImagesDocument,
  ReadAIJobResultDocument,
  VideoAIImagesDocument,
  VideoResultsDocument,
} from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

type Gateway = Awaited<ReturnType<typeof runningGateway>>;

/** Jobs on a video that have succeeded. */
function analysed({ emulator }: Gateway, mediaId: string): void {
  const createdAt = 0;
  emulator.jobs.addAIJob({ jobId: `tags-${mediaId}`, mediaId, type: 'AIVideoTag', createdAt });
  emulator.jobs.addAIJob({ jobId: `dna-${mediaId}`, mediaId, type: 'AIMediaDNA', createdAt });
  emulator.jobs.addAIImageJob({ jobId: `covers-${mediaId}`, videoId: mediaId, createdAt });
}

const actionsOf = ({ emulator }: Gateway) => emulator.calls.map(({ action }) => action).sort();

describe('what VOD knows of a video', () => {
  it('is the same as what its jobs found, by one decoder', async () => {
    const gateway = await runningGateway();
    analysed(gateway, 'v');
    const { data, errors } = await gateway.query(VideoResultsDocument, { id: 'v' });
    expect(errors).toBeUndefined();
    const job = await gateway.query(ReadAIJobResultDocument, { id: 'tags-v' });
    const result = job.data.aiJob?.result;
    if (result?.__typename !== 'VideoTagResult') throw new Error('expected tags');
    expect(data.video?.tags?.people.map(({ tag }) => tag)).toEqual(result.people.map(({ tag }) => tag));
    expect(data.video?.tags?.people.length).toBeGreaterThan(0);
    expect(data.video?.dna?.matches.length).toBeGreaterThan(0);
  });

  it('is asked for once for each video, side by side, however often it is named', async () => {
    const gateway = await runningGateway();
    for (const id of ['a', 'b', 'c']) analysed(gateway, id);
    const { data, errors } = await gateway.query(`{
      a: video(id: "a") { tags { people { tag } } again: tags { keywords { tag } } dna { matches { similarity } } }
      alias: video(id: "a") { tags { people { tag } } }
      b: video(id: "b") { tags { people { tag } } }
      c: video(id: "c") { aiImages { id } }
      entities: _entities(representations: [{ __typename: "Video", id: "a" }]) { ... on Video { tags { people { tag } } } }
    }`);
    expect(errors).toBeUndefined();
    expect(data.alias).toEqual({ tags: { people: data.a.tags.people } });
    expect(data.entities).toEqual([data.alias]);
    expect(actionsOf(gateway)).toEqual([
      'GetAIVideoTagResult',
      'GetAIVideoTagResult',
      'GetMediaDNAResult',
      'ListAIImageInfo',
    ]);
  });

  it('is null where nobody has looked, or there is no such video', async () => {
    const gateway = await runningGateway();
    for (const id of ['never-looked-at', 'missing-video']) {
      const { data, errors } = await gateway.query(VideoResultsDocument, { id });
      expect(errors).toBeUndefined();
      expect(data.video).toEqual({ id, tags: null, dna: null });
    }
  });

  it('takes nothing else along where VOD cannot tell it', async () => {
    const gateway = await runningGateway();
    analysed(gateway, 'v');
    gateway.emulator.faults.add({ kind: 'unavailable', action: 'GetMediaDNAResult' });
    const { data, errors } = await gateway.query(VideoResultsDocument, { id: 'v' });
    expect(data.video?.tags?.people.length).toBeGreaterThan(0);
    expect(data.video?.dna).toBeNull();
    expect(errors).toMatchObject([
      {
        path: ['video', 'dna'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { action: 'GetMediaDNAResult' } },
      },
    ]);
  });
});

describe('covers', () => {
  it('are listed with the job that made each, and deleted', async () => {
    const gateway = await runningGateway();
    analysed(gateway, 'v');
    const { data } = await gateway.query(VideoAIImagesDocument, { id: 'v' });
    const images = data.video?.aiImages ?? [];
    expect(images.length).toBeGreaterThan(0);
    for (const { url, format, score, createdAt, job } of images) {
      expect(url).toMatch(/^https?:/);
      expect(['GIF', 'PNG']).toContain(format);
      expect(score).toBeGreaterThan(0);
      expect(createdAt).toBeTruthy();
      expect(job).toMatchObject({ id: 'covers-v', status: 'SUCCESS' });
    }

    const [gone = '', ...left] = images.map(({ id }) => id);
    const deleted = await gateway.query(DeleteAIImagesDocument, { ids: [gone] });
    expect(deleted.data.deleteAIImages).toEqual({ deletedIds: [gone], userErrors: [], failures: [] });
    const after = await gateway.query(VideoAIImagesDocument, { id: 'v' });
    expect(after.data.video?.aiImages?.map(({ id }) => id)).toEqual(left);
  });

  it('are deleted in tens, each by itself', async () => {
    const gateway = await runningGateway();
    const ids = Array.from({ length: 25 }, (_, index) => `image-${index}`);
    gateway.emulator.faults.add({ kind: 'stall', action: 'DeleteAIImageInfos', when: 'image-12' });
    const timers = gateway.clock.pending;
    const deleting = gateway.query(DeleteAIImagesDocument, { ids });
    await expect.poll(() => gateway.emulator.calls.length).toBe(3);
    // The deadline of the call without a response is the last one.
    await expect.poll(() => gateway.clock.pending).toBe(timers + 1);
    gateway.clock.advance(10_000);
    const { data, errors } = await deleting;
    expect(errors).toBeUndefined();
    const { deletedIds, failures } = data.deleteAIImages;
    expect(deletedIds).toEqual([...ids.slice(0, 10), ...ids.slice(20)]);
    expect(failures).toMatchObject([{ ids: ids.slice(10, 20), code: 'UPSTREAM_TIMEOUT' }]);
    const sent = gateway.emulator.calls.map(({ parameters }) => parameters.AIImageInfoIds?.split(',').length);
    expect(sent.toSorted()).toEqual([10, 10, 5]);
  });

  it('of bad ids are not deleted, and nothing is sent', async () => {
    const gateway = await runningGateway();
    const { data } = await gateway.query(DeleteAIImagesDocument, { ids: ['a,b', 'c'] });
    expect(data.deleteAIImages).toMatchObject({
      deletedIds: [],
      userErrors: [{ code: 'INVALID_INPUT', field: ['ids', '0'] }],
    });
    expect(gateway.emulator.calls).toEqual([]);
  });
});
