import { type VodApi, vodApi } from '../../src/vod/api.ts';
import { runningClient } from '../rpc/running-client.ts';
import { json, type ReceivedRequest, scriptedServer } from '../rpc/scripted-server.ts';

/** The actions of VOD over a server that sends this response to every call. `calls` returns the calls that it received. */
export async function respondingVod(
  response: unknown,
): Promise<{ readonly vod: VodApi; calls(): { action: unknown; parameters: Record<string, string> }[] }> {
  const { origin, requests } = await scriptedServer([json(200, response)]);
  const { client } = runningClient(origin);
  return { vod: vodApi(client), calls: () => requests.map(decodeCall) };
}

function decodeCall({ path, headers }: ReceivedRequest) {
  const parameters = Object.fromEntries(new URL(path, 'http://localhost').searchParams);
  return { action: headers['x-acs-action'], parameters };
}
