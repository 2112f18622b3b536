import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { wireJob } from '../jobs.ts';

/**
 * Stands in for VOD, as a process of its own: ListAIJob with the latency of a real call, and nothing else. Its
 * answers are pieced together from prepared strings, so that it takes little of the machine.
 *
 * Signatures are not looked at: the gateway signs its calls all the same, the others do not, which is to their
 * advantage. Ids may come comma-joined, as the API wants them, or in a `JobIds` each, which it does not know: not
 * every server can join them.
 *
 * Started with the port to listen on. `GET /stats` tells what has come, `GET /reset?quota=50` starts anew, with so many calls a second; 0 is no limit.
 */

/** From a call's arrival to its answer; refusals come at once. */
const LATENCY_MS = 20;
const MAX_JOB_IDS = 10;

/** What has come since the last reset. */
export interface UpstreamStats {
  /** All calls, the throttled ones among them. */
  calls: number;
  throttled: number;
  /** Calls that were refused for another reason. */
  refused: number;
  /** Job ids in the calls that were answered. */
  ids: number;
}

let stats: UpstreamStats = { calls: 0, throttled: 0, refused: 0, ids: 0 };
let quota = 0;
/** When the last `quota` calls were accepted, the oldest at `next`. */
let accepted: Float64Array = new Float64Array(0);
let next = 0;
let requestId = 0;

function reset(callsPerSecond: number): void {
  stats = { calls: 0, throttled: 0, refused: 0, ids: 0 };
  quota = callsPerSecond;
  accepted = new Float64Array(quota).fill(Number.NEGATIVE_INFINITY);
  next = 0;
}

/** Whether the call is within the quota: that of the second before it. Refused calls do not count. */
function take(): boolean {
  if (quota === 0) return true;
  const now = performance.now();
  if ((accepted[next] ?? 0) > now - 1_000) return false;
  accepted[next] = now;
  next = (next + 1) % quota;
  return true;
}

function listAIJob(query: string, request: IncomingMessage, response: ServerResponse): void {
  stats.calls++;
  const ids: string[] = [];
  let action = request.headers['x-acs-action'];
  for (const part of query.split('&')) {
    if (part.startsWith('JobIds=')) ids.push(...decodeURIComponent(part.slice(7)).split(','));
    else if (part.startsWith('Action=')) action = part.slice(7);
  }
  if (action !== 'ListAIJob' || ids.length === 0 || ids.length > MAX_JOB_IDS) {
    stats.refused++;
    send(response, 400, refusal('InvalidParameter', `1 to ${MAX_JOB_IDS} JobIds of ListAIJob`));
    return;
  }
  if (!take()) {
    stats.throttled++;
    send(response, 400, refusal('Throttling.User', 'Request was denied due to user flow control.'));
    return;
  }
  stats.ids += ids.length;
  const body = `{"RequestId":"${nextRequestId()}","NonExistAIJobIds":{"String":[]},"AIJobList":{"AIJob":[${ids.map(wireJob).join(',')}]}}`;
  setTimeout(send, LATENCY_MS, response, 200, body);
}

function refusal(code: string, message: string): string {
  return `{"RequestId":"${nextRequestId()}","HostId":"127.0.0.1","Code":"${code}","Message":"${message}"}`;
}

function nextRequestId(): string {
  return `8233A0E4-E112-44B4-8658-${(++requestId).toString(16).toUpperCase().padStart(12, '0')}`;
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

const server = createServer((request, response) => {
  const url = request.url ?? '';
  // A body, of which the API wants none, is let go.
  request.resume();
  if (url.startsWith('/?')) return listAIJob(url.slice(2), request, response);
  if (url === '/stats') return send(response, 200, JSON.stringify(stats));
  if (url.startsWith('/reset?quota=')) {
    reset(Number(url.slice(13)));
    return send(response, 200, '{}');
  }
  send(response, 404, '{}');
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
