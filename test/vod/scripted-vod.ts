import { vodApi } from '../../src/vod/api.ts';
import { runningClient } from '../rpc/running-client.ts';
import { type Reply, scriptedServer } from '../rpc/scripted-server.ts';

/** A VOD that gives these replies, one after the other, with the clock of its client. */
export async function scriptedVod(...replies: [Reply, ...Reply[]]) {
  const { origin, requests, received } = await scriptedServer(replies);
  const { client, clock } = runningClient(origin);
  return { vod: vodApi(client), requests, received, clock };
}
