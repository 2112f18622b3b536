import { describe, expect, it } from 'vitest';
import { Undecodable } from '../../src/domain/decoded.ts';
import { InvalidResponseError } from '../../src/rpc/errors.ts';
import { failure } from '../rpc/running-client.ts';
import { apiError } from '../rpc/scripted-server.ts';
import { fixture } from './fixture.ts';
import { respondingVod } from './responding-vod.ts';
import { scriptedVod } from './scripted-vod.ts';

describe('the listed jobs of a video', () => {
  it('are decoded from a response of the documented form, whose times end with a line break', async () => {
    const { vod, calls } = await respondingVod(fixture('list-job-info'));
    expect(await vod.listJobInfo('3D3D12340d92b3f7456f1f8d9bdb****')).toEqual({
      jobs: [
        {
          id: '38f0e513****',
          status: 'SUCCESS',
          createdAt: new Date('2024-10-14T07:39:25Z'),
        },
      ],
      undecodable: 0,
      isOfVideo: true,
      serverTime: expect.any(Number),
    });
    expect(calls()).toEqual([
      { action: 'ListJobInfo', parameters: { MediaId: '3D3D12340d92b3f7456f1f8d9bdb****', JobType: 'ai' } },
    ]);
  });

  it('are none if the list is missing and the response is of the video', async () => {
    const { vod } = await respondingVod({ RequestId: 'R', MediaId: 'v', JobType: 'ai' });
    expect(await vod.listJobInfo('v')).toMatchObject({ jobs: [], isOfVideo: true });
  });

  it('are not none if the response has neither the list nor the video', async () => {
    const { vod } = await respondingVod({ RequestId: 'R' });
    expect(await failure(vod.listJobInfo('v'))).toBeInstanceOf(InvalidResponseError);
  });

  it('are undefined for an unknown video', async () => {
    const { vod } = await scriptedVod(apiError(404, 'InvalidVideo.NotFound'));
    expect(await vod.listJobInfo('v')).toBeUndefined();
  });

  it('are counted if their id cannot be decoded, and keep an undecodable field to themselves', async () => {
    const { vod } = await respondingVod({
      RequestId: 'R',
      MediaId: 'v',
      JobInfoList: [{ Status: 'success' }, { JobId: 'a', Status: 'odd', CreateTime: 'yesterday' }],
    });
    expect(await vod.listJobInfo('v')).toMatchObject({
      jobs: [{ id: 'a', status: expect.any(Undecodable), createdAt: expect.any(Undecodable) }],
      undecodable: 1,
    });
  });
});

describe('the detail of a job', () => {
  it('is decoded from a response of the documented form', async () => {
    const { vod, calls } = await respondingVod(fixture('get-job-detail'));
    expect(await vod.jobDetail('7afb201e7fa****')).toEqual({
      id: '7afb201e7fa****',
      videoId: '3D3D12340d92b3f7456f1f8d9bdb****',
      internalType: 'AIVideoCensor',
      trigger: 'AUTO',
      createdAt: new Date('2024-10-14T07:39:25Z'),
    });
    expect(calls()).toEqual([
      { action: 'GetJobDetail', parameters: { JobId: '7afb201e7fa****', JobType: 'ai' } },
    ]);
  });

  it('is undefined for an unknown job', async () => {
    const { vod } = await scriptedVod(apiError(404, 'NoSuchResource'));
    expect(await vod.jobDetail('a')).toBeUndefined();
  });
});
