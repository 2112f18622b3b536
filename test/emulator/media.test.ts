import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runningEmulator } from './running-emulator.ts';
import { callV3, listed, submitted } from './signed-call.ts';

const instant = { speed: Number.POSITIVE_INFINITY };

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  return {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer()),
  };
}

/** The chunks of a PNG by type. Checks their checksums. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, end));
    at = end + 4;
  }
  return chunks;
}

function expectPNG(png: Buffer, width: number, height: number): void {
  const chunks = chunksOf(png);
  const header = chunks.get('IHDR') ?? Buffer.alloc(0);
  expect([header.readUInt32BE(0), header.readUInt32BE(4)]).toEqual([width, height]);
  const colours = (chunks.get('PLTE') ?? []).length / 3;
  const rows = inflateSync(chunks.get('IDAT') ?? '');
  expect(rows.length).toBe(height * (width + 1));
  expect(rows.reduce((one, other) => Math.max(one, other), 0)).toBeLessThan(colours);
}

/** The number of pixels of each frame of a GIF, decoded with the decoder of its specification's appendix F. */
function frameSizes(gif: Buffer): number[] {
  expect(gif.toString('latin1', 0, 6)).toBe('GIF89a');
  const sizes: number[] = [];
  let at = 13 + 3 * 2 ** (((gif[10] ?? 0) & 7) + 1);
  for (;;) {
    const kind = gif[at];
    if (kind === 0x3b) break;
    at += kind === 0x2c ? 10 : 2;
    const colourBits = kind === 0x2c ? (gif[at++] ?? 0) : 0;
    const parts: Buffer[] = [];
    for (let length = gif[at] ?? 0; length > 0; length = gif[at] ?? 0) {
      parts.push(gif.subarray(at + 1, at + 1 + length));
      at += length + 1;
    }
    at += 1;
    if (kind === 0x2c) sizes.push(decodedLength(Buffer.concat(parts), colourBits));
  }
  return sizes;
}

function decodedLength(data: Buffer, colourBits: number): number {
  const clear = 2 ** colourBits;
  /** The length of the string of each code. */
  let lengths: number[] = [];
  let codeBits = 0;
  let previous: number | undefined;
  const reset = () => {
    lengths = [...Array<number>(clear).fill(1), 0, 0];
    codeBits = colourBits + 1;
    previous = undefined;
  };
  reset();
  let total = 0;
  for (let bit = 0; ; ) {
    let code = 0;
    for (let index = 0; index < codeBits; index += 1, bit += 1) {
      code |= (((data[bit >> 3] ?? 0) >> (bit & 7)) & 1) << index;
    }
    if (code === clear) {
      reset();
      continue;
    }
    if (code === clear + 1) return total;
    // Not an `expect`, because a picture has thousands of codes.
    if (code > lengths.length)
      throw new RangeError(`expected a code of at most ${lengths.length}; got ${code}`);
    if (previous !== undefined && lengths.length < 4096) lengths.push((lengths[previous] ?? 0) + 1);
    total += lengths[code] ?? 0;
    previous = code;
    if (lengths.length === 2 ** codeBits && codeBits < 12) codeBits += 1;
  }
}

describe('the files of results', () => {
  test('covers are pictures in the format of the template', async () => {
    const emulator = await runningEmulator(instant);
    for (const [format, type] of [
      ['png', 'image/png'],
      ['gif', 'image/gif'],
    ] as const) {
      emulator.jobs.addAIImageJob({ jobId: format, videoId: 'a video', status: 'success' });
      const job = emulator.jobs.findAIImageJob(format);
      expect(job?.mediaOrigin).toBe(emulator.origin);
      const url = `${emulator.origin}/a%20video/image/ai/${'0f'.repeat(12)}.${format}?auth_key=1-0-0-a`;
      const { status, headers, body } = await get(url, { origin: 'https://app.example.com' });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe(type);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      if (format === 'png') expectPNG(body, 640, 360);
      else expect(frameSizes(body)).toEqual(Array(12).fill(320 * 180));
      expect((await get(url)).body.equals(body)).toBe(true);
    }
  });

  test('the URLs in results have a file', async () => {
    const emulator = await runningEmulator(instant);
    const { body: made } = await callV3(emulator, 'SubmitAIImageJob', { VideoId: 'v', AITemplateId: 't' });
    const { body } = await callV3(emulator, 'GetAIImageJobs', { JobIds: String(made.JobId) });
    const [job] = body.AIImageJobList as Record<string, string>[];
    const covers = JSON.parse(job?.AIImageResult ?? '') as { Url: string }[];
    const { body: infos } = await callV3(emulator, 'ListAIImageInfo', { VideoId: 'v' });
    const signed = infos.AIImageInfoList as { FileURL: string }[];
    const { Data = '' } = await listed(emulator, await submitted(emulator, { MediaId: 'v' }));
    const people = (JSON.parse(Data) as { Person: { FaceUrl: string }[] }).Person;
    const urls = [...covers.map(({ Url }) => Url), ...signed.map(({ FileURL }) => FileURL)];
    for (const url of urls)
      expect((await get(url)).headers.get('content-type')).toMatch(/^image\/(png|gif)$/);
    for (const { FaceUrl } of people) expectPNG((await get(FaceUrl)).body, 256, 256);
    expect(urls.length).toBeGreaterThan(0);
    expect(people.length).toBeGreaterThan(0);
  });

  test('are not counted as calls of the API', async () => {
    const emulator = await runningEmulator();
    await get(`${emulator.origin}/v/video.webm`);
    expect(emulator.calls).toEqual([]);
  });
});

describe('the video', () => {
  test('is WebM of less than 100 kB for any media id', async () => {
    const { origin } = await runningEmulator();
    const { headers, body } = await get(`${origin}/%E8%A7%86%E9%A2%91/video.webm`);
    expect(headers.get('content-type')).toBe('video/webm');
    expect(headers.get('accept-ranges')).toBe('bytes');
    expect(body.readUInt32BE(0)).toBe(0x1a45dfa3);
    expect(body.length).toBeLessThan(100_000);
  });

  test('can be read in ranges, so that players can seek', async () => {
    const { origin } = await runningEmulator();
    const url = `${origin}/v/video.webm`;
    const whole = (await get(url)).body;
    for (const [range, start, end] of [
      ['bytes=0-99', 0, 99],
      ['bytes=1000-', 1000, whole.length - 1],
      ['bytes=-10', whole.length - 10, whole.length - 1],
      ['bytes=5-99999999', 5, whole.length - 1],
    ] as const) {
      const { status, headers, body } = await get(url, { range });
      expect(status).toBe(206);
      expect(headers.get('content-range')).toBe(`bytes ${start}-${end}/${whole.length}`);
      expect(body.equals(whole.subarray(start, end + 1))).toBe(true);
    }
    for (const range of ['bytes=99999999-', 'bytes=-0']) {
      const { status, headers } = await get(url, { range });
      expect([status, headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`]);
    }
    for (const range of ['bytes=9-5', 'bytes=0-1,3-4', 'lines=0-1']) {
      expect((await get(url, { range })).status).toBe(200);
    }
  });

  test('accepts only GET, HEAD and the preflight of a page', async () => {
    const { origin } = await runningEmulator();
    const url = `${origin}/v/video.webm`;
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    const preflight = await fetch(url, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'range']);
  });
});
