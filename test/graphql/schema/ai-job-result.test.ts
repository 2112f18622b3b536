import { describe, expect, it } from 'vitest';
import { ReadAIJobResultDocument, SubmitAIJobDocument } from '../../../schema/generated/graphql.ts';
import { runningGateway } from '../../support/running-gateway.ts';

describe('result', () => {
  it('appears once the job has succeeded, typed by its type', async () => {
    const { query, clock } = await runningGateway();
    const { data } = await query(SubmitAIJobDocument, {
      input: {
        mediaId: 'video-of-a-talk',
        types: ['VIDEO_TAG', 'MEDIA_DNA'],
        config: {
          videoTag: { analyseTypes: ['FACE', 'ASR', 'OCR', 'CATEGORY', 'ANNOTATION'], origASRData: true },
        },
      },
    });
    const [tagJob, dnaJob] = data.submitAIJob.jobs ?? [];
    const read = async (id = '') => (await query(ReadAIJobResultDocument, { id })).data.aiJob;

    expect(await read(tagJob?.id)).toMatchObject({ status: 'INIT', result: null, data: null });
    clock.advance(60_000);

    const tags = await read(tagJob?.id);
    expect(tags?.status).toBe('SUCCESS');
    if (tags?.result?.__typename !== 'VideoTagResult') throw new Error('expected a VideoTagResult');
    expect(tags.result.people.length + tags.result.keywords.length).toBeGreaterThan(0);
    const sentence = tags.result.transcripts[0]?.sentences[0];
    expect(sentence?.text).not.toBe('');
    expect(sentence?.endMs).toBeGreaterThan(sentence?.startMs ?? 0);
    expect(JSON.parse(tags.data ?? '')).toHaveProperty('OrigASRData');

    const dna = await read(dnaJob?.id);
    if (dna?.result?.__typename !== 'MediaDNAResult') throw new Error('expected a MediaDNAResult');
    for (const { similarity, video } of dna.result.matches) {
      expect(similarity).toBeGreaterThan(0);
      expect(similarity).toBeLessThanOrEqual(1);
      expect(video.id).not.toBe('');
    }
  });

  it('of a job that failed is null, and failure says why', async () => {
    const { query, emulator } = await runningGateway();
    emulator.jobs.addAIJob({ jobId: 'failed', mediaId: 'fail', createdAt: 0 });

    const { data, errors } = await query(ReadAIJobResultDocument, { id: 'failed' });

    expect(errors).toBeUndefined();
    expect(data.aiJob).toMatchObject({
      status: 'FAIL',
      result: null,
      failure: { code: expect.any(String), message: expect.any(String) },
    });
  });
});
