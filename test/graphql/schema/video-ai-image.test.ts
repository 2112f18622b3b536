import { describe, expect, it } from 'vitest';
import { DeleteAIImagesDocument, VideoAIImagesDocument } from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

describe('covers', () => {
  it('are listed with the job that created each, and can be deleted', async () => {
    const gateway = await runningGateway();
    gateway.emulator.jobs.addAIImageJob({ jobId: 'covers-v', videoId: 'v', createdAt: 0 });
    const { data } = await gateway.query(VideoAIImagesDocument, { id: 'v' });
    const images = data.aiVideo.aiImages ?? [];
    expect(images.length).toBeGreaterThan(0);
    for (const { url, format, score, createdAt, job } of images) {
      expect(url).toMatch(/^https?:/);
      expect(['GIF', 'PNG']).toContain(format);
      expect(score).toBeGreaterThan(0);
      expect(createdAt).toBeTruthy();
      expect(job).toMatchObject({ id: 'covers-v', status: 'SUCCESS' });
    }

    const [deletedId = '', ...remaining] = images.map(({ id }) => id);
    const deleted = await gateway.query(DeleteAIImagesDocument, { input: { ids: [deletedId] } });
    expect(deleted.data.deleteAIImages).toEqual({ deletedIds: [deletedId], userErrors: [], failures: [] });
    const after = await gateway.query(VideoAIImagesDocument, { id: 'v' });
    expect(after.data.aiVideo.aiImages?.map(({ id }) => id)).toEqual(remaining);
  });

  it('are deleted in groups of ten, where one can fail without the others', async () => {
    const gateway = await runningGateway();
    const ids = Array.from({ length: 25 }, (_, index) => `image-${index}`);
    gateway.emulator.faults.add({ kind: 'stall', action: 'DeleteAIImageInfos', when: 'image-12' });
    const timers = gateway.clock.pending;
    const deleting = gateway.query(DeleteAIImagesDocument, { input: { ids } });
    await expect.poll(() => gateway.emulator.calls.length).toBe(3);
    // The deadline of the call without a response is the last timer.
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

  it('with invalid ids are user errors, and nothing is sent', async () => {
    const gateway = await runningGateway();
    const { data } = await gateway.query(DeleteAIImagesDocument, { input: { ids: ['a,b', 'c'] } });
    expect(data.deleteAIImages).toMatchObject({
      deletedIds: [],
      userErrors: [{ code: 'INVALID_INPUT', field: ['ids', '0'] }],
    });
    expect(gateway.emulator.calls).toEqual([]);
  });
});
