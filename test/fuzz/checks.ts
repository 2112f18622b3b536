import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Content, checkAnswer, checkErrors, checkResult, leaksIn, parsed } from './answers.ts';
import { apiKey, type FuzzedGateway } from './fuzzed-gateway.ts';
import { encoded, type HttpCase } from './request-cases.ts';
import type { FramesCase, RawCase } from './socket-cases.ts';
import { HANG_MS, parseAnswer } from './wire.ts';

/** A connection that may stay open has sent everything if it is silent for this long. */
const QUIET_MS = 8;
/** A case of raw bytes has at most two requests. */
const MAX_RAW_OPERATIONS = 2;
/** No request takes this long, even on a busy machine. */
const TOO_LONG_MS = 10_000;

/** Sends a case and returns everything that is wrong with the result. */
export type Check<Case> = (gateway: FuzzedGateway, sent: Case) => Promise<string[]>;

/** Adds a time limit to a check, and checks the health of the gateway after it. */
export function thorough<Case>(check: Check<Case>): Check<Case> {
  return async (gateway, sent) => {
    const startedAt = performance.now();
    const problems = await check(gateway, sent).catch((error: unknown) => [String(error)]);
    if (performance.now() - startedAt > TOO_LONG_MS) problems.push('took too long');
    try {
      const { status } = await gateway.wire.exchange(health);
      if (status !== 200) problems.push(`/health gives ${status}`);
    } catch (error) {
      problems.push(`/health ${error}`);
    }
    return [...problems, ...gateway.failures()];
  };
}

const health = Buffer.from('GET /health HTTP/1.1\r\nhost: gateway\r\n\r\n');

export const checkRequest: Check<HttpCase> = async (gateway, sent) => {
  const { wire, upstream } = gateway;
  const answer = await wire.exchange(encoded(sent, gateway), sent.method === 'HEAD');
  const { problems, fields } = checkAnswer(answer, gateway);
  const text = `${sent.target} ${sent.body}`;
  // A rejected operation submits nothing. Only a field with several videos makes more than one submission.
  const submissions =
    fields > 0 && text.includes('submitAIJobs') ? submissionsIn(text) : Math.min(submissionsIn(text), fields);
  return [...problems, ...upstream.problems({ submissions, operations: 1 })];
};

export const checkRaw: Check<RawCase> = async (gateway, { bytes }) => {
  const conversation = gateway.wire.open(Buffer.from(bytes, 'latin1'));
  await conversation.quiet(QUIET_MS);
  await conversation.end();
  const problems: string[] = [];
  for (let text = conversation.text; text !== ''; ) {
    const isHead = text === conversation.text && bytes.startsWith('HEAD ');
    const next = parseAnswer(text, isHead, true);
    // The response is incomplete, as the request was.
    if (!next) break;
    problems.push(...checkAnswer(next.answer, gateway).problems);
    text = next.rest;
  }
  return [...problems, ...(await settled(gateway, bytes, MAX_RAW_OPERATIONS))];
};

/** Codes that say that the client did wrong, or nothing. */
const FAULTLESS = new Set([1000, 1002, 1003, 1005, 1006, 1007, 1009, 4400, 4401, 4406, 4408, 4409, 4429]);
const MESSAGES = new Set(['connection_ack', 'ping', 'pong', 'next', 'error', 'complete']);

export const checkFrames: Check<FramesCase> = async (gateway, sent) => {
  const { origin: url, secrets, profile, budget } = gateway;
  const content: Content = { problems: [], fields: 0, budget };
  const { problems } = content;
  const { protocol, origin, host, begins, frames } = sent;
  const headers = {
    host,
    ...(origin !== undefined && { origin }),
    ...(profile === 'closed' && { 'x-api-key': apiKey }),
  };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol ?? [], { headers });
  let heardAt = performance.now();
  let messages = 0;
  const closed = new Promise<void>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      const { statusCode: status = 0 } = response;
      if (!(status >= 400 && status < 500)) problems.push(`status ${status}`);
      socket.terminate();
    });
    socket.on('close', (code, reason) => {
      if (!FAULTLESS.has(code)) problems.push(`closed with ${code}`);
      problems.push(...leaksIn(String(reason), secrets));
      resolve();
    });
  });
  // A rejected upgrade or a violation of the protocol.
  socket.on('error', () => {});
  socket.on('message', (data) => {
    heardAt = performance.now();
    messages++;
    checkMessage(String(data), secrets, content);
  });
  const opened = new Promise<void>((resolve) => socket.once('open', resolve));
  const hang = setTimeout(() => problems.push('hangs'), HANG_MS);
  await Promise.race([opened, closed]);
  const isOpen = () => socket.readyState === socket.OPEN;
  const quiet = async (until: () => boolean) => {
    while (isOpen() && !until()) await sleep(2);
  };
  if (begins && isOpen()) {
    socket.send('{"type":"connection_init"}');
    await Promise.race([quiet(() => messages > 0), sleep(HANG_MS, undefined, { ref: false })]);
  }
  for (const { kind, data } of frames) {
    if (!isOpen()) break;
    if (kind === 'ping') socket.ping(Buffer.from(data, 'latin1'));
    else socket.send(kind === 'text' ? data : Buffer.from(data, 'latin1'), { binary: kind === 'binary' });
  }
  heardAt = performance.now();
  await quiet(() => performance.now() - heardAt > QUIET_MS);
  socket.close();
  await Promise.race([closed, sleep(HANG_MS, undefined, { ref: false })]);
  clearTimeout(hang);
  socket.terminate();
  const text = JSON.stringify(frames);
  return [...problems, ...(await settled(gateway, text, text.split('subscribe').length - 1))];
};

function checkMessage(text: string, secrets: readonly string[], content: Content): void {
  content.problems.push(...leaksIn(text, secrets));
  const { type, payload } = Object(parsed(text)) as { type?: string; payload?: unknown };
  if (type === undefined || !MESSAGES.has(type)) content.problems.push(`a message of the type ${type}`);
  else if (type === 'next') checkResult(payload, content);
  else if (type === 'error') checkErrors(Array.isArray(payload) ? payload : [payload], content);
}

/** Waits for submissions that continue after their client has disconnected. `sent` has at most this many operations. */
async function settled({ upstream }: FuzzedGateway, sent: string, operations: number): Promise<string[]> {
  const submissions = submissionsIn(sent);
  if (submissions > 0) await sleep(3 * QUIET_MS);
  return upstream.problems({ submissions, operations, canBeLate: true });
}

/** The maximum number of submissions that a text can cause: each names its field or, in `submitAIJobs`, its video. */
function submissionsIn(text: string): number {
  const count = (name: string) => text.split(name).length - 1;
  const batches = count('submitAIJobs');
  return count('submitAI') - batches + batches * count('videoId');
}
