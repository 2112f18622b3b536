import { vodApi } from '../../src/vod/api.ts';
import { runningClient } from '../rpc/running-client.ts';
import { type Reply, scriptedServer } from '../rpc/scripted-server.ts';

/** The actions of VOD over a server that sends these replies in order, with the client's clock. */
export async function scriptedVod(...replies: [Reply, ...Reply[]]) {
  const { origin, requests, received } = await scriptedServer(replies);
  const { client, clock } = runningClient(origin);
  return { vod: vodApi(client), requests, received, clock };
}
