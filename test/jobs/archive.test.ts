import { describe, expect, it, vi } from 'vitest';
import { JobArchive } from '../../src/jobs/archive.ts';
import { aiJobRecords } from '../../src/jobs/records.ts';
import { LedgerError } from '../../src/ledger/ledger.ts';
import { decodeAIJob } from '../../src/vod/ai-jobs.ts';
import { collectedLog } from '../support/collected-logs.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { temporaryLedger } from '../support/temporary-ledger.ts';
import { settled } from './lookup/running-lookup.ts';

const job = (JobId: string, Status: string) =>
  decodeAIJob({ JobId, Status, MediaId: 'v', Type: 'AIVideoTag' }, 'R');

/** @param options.isShared whether other gateways may write the ledger */
async function archiveOver({ isShared = false } = {}) {
  const ledger = await temporaryLedger();
  if (isShared) vi.spyOn(ledger, 'mayHaveJob').mockReturnValue(true);
  const clock = new ManualClock();
  const archive = new JobArchive({ ledger, records: aiJobRecords, clock, log: collectedLog() });
  return { ledger, clock, archive };
}

describe('an archive', () => {
  it('stores final jobs of any submitter, and restores them', async () => {
    const { archive } = await archiveOver();
    archive.save(job('a', 'success'));
    archive.save(job('b', 'processing'));
    await archive.flush();

    const found = await archive.find(['a', 'b', 'c']);

    expect([...found.keys()]).toEqual(['a']);
    expect(found.get('a')).toMatchObject({ id: 'a', status: 'SUCCESS', type: 'VIDEO_TAG', videoId: 'v' });
  });

  it('writes nothing while a client polls a job that the ledger does not have, until the job is final', async () => {
    const { archive, ledger } = await archiveOver({ isShared: true });
    const record = vi.spyOn(ledger, 'record');
    await archive.find(['theirs']);
    for (let poll = 0; poll < 10; poll++) archive.save(job('theirs', 'processing'));
    await archive.flush();
    expect(record).not.toHaveBeenCalled();

    archive.save(job('theirs', 'success'));
    await archive.flush();
    expect((await ledger.jobs('AI', ['theirs']))[0]?.status).toBe('SUCCESS');
  });

  it('writes each change of a job in the ledger once', async () => {
    const { archive, ledger } = await archiveOver();
    await ledger.record([aiJobRecords.toRecord(job('ours', 'init'), 0)], { addUnknown: true });
    await archive.find(['ours']);
    const record = vi.spyOn(ledger, 'record');

    for (let poll = 0; poll < 10; poll++) archive.save(job('ours', 'processing'));
    await archive.flush();

    expect(record.mock.calls.flatMap(([jobs]) => jobs)).toHaveLength(1);
    expect((await ledger.jobs('AI', ['ours']))[0]?.status).toBe('PROCESSING');
  });

  it('retries every five seconds while the ledger is unavailable, however many jobs are unwritten', async () => {
    const { archive, ledger, clock } = await archiveOver();
    const record = vi.spyOn(ledger, 'record').mockRejectedValue(new LedgerError('unavailable'));
    for (let index = 0; index < 200; index++) {
      archive.save(job(`job-${index}`, 'success'));
      await settled();
    }
    expect(record).toHaveBeenCalledTimes(1);
    clock.advance(5_000);
    await settled();
    expect(record).toHaveBeenCalledTimes(2);
    record.mockRestore();
    clock.advance(5_000);
    await archive.flush();
    expect(await ledger.jobs('AI', ['job-0', 'job-199'])).toHaveLength(2);
  });

  it('does not ask the ledger for an id that it certainly does not have, and writes no unfinished job of this id', async () => {
    const { archive, ledger } = await archiveOver();
    await vi.waitFor(() => expect(archive.mayHave('theirs')).toBe(false));
    const record = vi.spyOn(ledger, 'record');
    archive.save(job('theirs', 'processing'));
    await archive.flush();
    expect(record).not.toHaveBeenCalled();

    archive.save(job('theirs', 'success'));
    await archive.flush();
    expect((await archive.find(['theirs'])).get('theirs')?.status).toBe('SUCCESS');
    expect(archive.mayHave('theirs')).toBe(true);
  });

  it('asks a shared ledger for an id once a minute, not in every lookup', async () => {
    const { archive, clock } = await archiveOver({ isShared: true });
    expect(archive.mayHave('a')).toBe(true);
    await archive.find(['a']);
    expect(archive.mayHave('a')).toBe(false);
    clock.setWallClock(-30_000);
    clock.advance(60_001);
    expect(archive.mayHave('a')).toBe(true);
  });

  it('finds a listed final job that another gateway has written since the last lookup', async () => {
    const { archive, ledger } = await archiveOver({ isShared: true });
    await archive.find(['theirs']);
    const record = aiJobRecords.toRecord(job('theirs', 'success'), 0);
    await ledger.record([record], { addUnknown: true });
    expect(archive.mayHave('theirs')).toBe(false);

    archive.noteListed({ ...record, status: 'PROCESSING' });
    expect(archive.mayHave('theirs')).toBe(false);
    archive.noteListed(record);

    expect(archive.mayHave('theirs')).toBe(true);
    expect([...(await archive.find(['theirs'])).keys()]).toEqual(['theirs']);
  });

  it('does not forget a job that it enqueued while the ledger was read without it', async () => {
    const { archive, ledger } = await archiveOver();
    const found = archive.find(['a']);
    archive.save(job('a', 'processing'));
    archive.add(job('a', 'processing'));
    await found;
    await archive.flush();
    archive.save(job('a', 'success'));
    await archive.flush();
    expect((await ledger.jobs('AI', ['a']))[0]?.status).toBe('SUCCESS');
    const record = vi.spyOn(ledger, 'record');
    archive.save(job('a', 'success'));
    await archive.flush();
    expect(record).not.toHaveBeenCalled();
  });

  it('finds nothing while the ledger is unavailable, and writes when it is back', async () => {
    const { archive, ledger, clock } = await archiveOver();
    vi.spyOn(ledger, 'jobs').mockRejectedValue(new LedgerError('unavailable'));
    vi.spyOn(ledger, 'record').mockRejectedValueOnce(new LedgerError('unavailable'));

    expect(await archive.find(['a'])).toEqual(new Map());
    archive.save(job('a', 'success'));
    await settled();
    vi.restoreAllMocks();
    expect(await ledger.jobs('AI', ['a'])).toEqual([]);
    clock.advance(5_000);
    await archive.flush();
    expect((await ledger.jobs('AI', ['a']))[0]?.status).toBe('SUCCESS');
  });

  it('stops waiting for a ledger that does not respond, and asks it again later', async () => {
    const { archive, ledger, clock } = await archiveOver();
    vi.spyOn(ledger, 'jobs').mockReturnValueOnce(new Promise(() => {}));

    const found = archive.find(['a']);
    clock.advance(2_500);

    expect(await found).toEqual(new Map());
    expect(archive.mayHave('b')).toBe(false);
    clock.advance(5_000);
    expect(archive.mayHave('b')).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
