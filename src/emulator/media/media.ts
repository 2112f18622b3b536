import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { animationDrawings, coverDrawing, faceDrawing } from './drawings.ts';
import { encodeGIF } from './gif.ts';
import { encodePNG } from './png.ts';

const video = readFileSync(new URL('video.webm', import.meta.url));
const frameMs = 120;

interface MediaFile {
  readonly contentType: string;
  readonly body: Buffer;
}

/** The files by path. The groups of a pattern are the arguments of its function. */
const files: readonly (readonly [RegExp, (...groups: string[]) => MediaFile])[] = [
  [
    /^\/([^/]+)\/image\/ai\/([0-9a-f]{24})\.png$/,
    (videoId = '', imageId = '') => ({
      contentType: 'image/png',
      body: encodePNG(coverDrawing(videoId, imageId)),
    }),
  ],
  [
    /^\/([^/]+)\/image\/ai\/([0-9a-f]{24})\.gif$/,
    (videoId = '', imageId = '') => ({
      contentType: 'image/gif',
      body: encodeGIF(animationDrawings(videoId, imageId), frameMs),
    }),
  ],
  [
    /^\/face\/([0-9a-f]{32})\.png$/,
    (faceId = '') => ({ contentType: 'image/png', body: encodePNG(faceDrawing(faceId)) }),
  ],
  [/^\/[^/]+\/video\.webm$/, () => ({ contentType: 'video/webm', body: video })],
];

/**
 * Serves the pictures and the video that results refer to: `/<videoId>/image/ai/<id>.png` and `.gif`, `/face/<id>.png`
 * and `/<videoId>/video.webm`. Pages of any origin may read them. Returns false if the path is none of these.
 */
export function handleMediaRequest(request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url?.split('?', 1)[0] ?? '';
  for (const [pattern, file] of files) {
    const groups = pattern.exec(path)?.slice(1);
    if (groups === undefined) continue;
    respond(request, response, () => file(...groups));
    return true;
  }
  return false;
}

function respond(request: IncomingMessage, response: ServerResponse, file: () => MediaFile): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'range');
  response.setHeader('access-control-expose-headers', 'content-length, content-range');
  if (request.method === 'OPTIONS') {
    response.writeHead(204).end();
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD, OPTIONS' }).end();
    return;
  }
  const { contentType, body } = file();
  const range = rangeOf(request.headers.range, body.length);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: body.length - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-type': contentType,
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    'cache-control': 'public, max-age=3600',
    ...(range && { 'content-range': `bytes ${start}-${end}/${body.length}` }),
  });
  response.end(request.method === 'HEAD' ? undefined : body.subarray(start, end + 1));
}

/** The bytes that a `Range` header asks for. Without one, and for several ranges, the whole file is sent (RFC 9110, 14.2). */
function rangeOf(header: string | undefined, length: number) {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (start > end) return start >= length || from === '' ? ('unsatisfiable' as const) : undefined;
  return { start, end };
}
