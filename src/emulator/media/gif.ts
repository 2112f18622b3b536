import type { Picture } from './picture.ts';

const maxCodes = 4096;

/** Encodes pictures of one size and palette as an animated GIF (89a) that repeats. `delayMs` is a multiple of 10. */
export function encodeGIF(frames: readonly [Picture, ...Picture[]], delayMs: number): Buffer {
  const { width, height, palette } = frames[0];
  const colourBits = Math.max(2, Math.ceil(Math.log2(palette.length)));
  const colours = Buffer.alloc(3 * 2 ** colourBits);
  colours.set(palette.flat());
  return Buffer.concat([
    Buffer.from('GIF89a', 'ascii'),
    Buffer.from([...uint16(width), ...uint16(height), 0x80 | (colourBits - 1), 0, 0]),
    colours,
    // The extension with which all browsers repeat an animation.
    Buffer.from([0x21, 0xff, 0x0b]),
    Buffer.from('NETSCAPE2.0', 'ascii'),
    Buffer.from([3, 1, 0, 0, 0]),
    ...frames.flatMap(({ pixels }) => [
      Buffer.from([0x21, 0xf9, 4, 0, ...uint16(delayMs / 10), 0, 0]),
      Buffer.from([0x2c, 0, 0, 0, 0, ...uint16(width), ...uint16(height), 0, colourBits]),
      blocks(compress(pixels, colourBits)),
    ]),
    Buffer.from([0x3b]),
  ]);
}

function uint16(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}

/** Compresses with LZW as in the specification's appendix F. Codes grow from `colourBits + 1` to 12 bits. */
function compress(pixels: Uint8Array, colourBits: number): Buffer {
  const clear = 2 ** colourBits;
  const end = clear + 1;
  const bytes: number[] = [];
  let pending = 0;
  let pendingBits = 0;
  let codeBits = colourBits + 1;
  let next = end + 1;
  /** The code of a string: of the code of its prefix and its last colour. */
  let codes = new Map<number, number>();

  const write = (code: number) => {
    pending |= code << pendingBits;
    pendingBits += codeBits;
    while (pendingBits >= 8) {
      bytes.push(pending & 0xff);
      pending >>>= 8;
      pendingBits -= 8;
    }
  };

  write(clear);
  let prefix: number | undefined;
  for (const colour of pixels) {
    if (prefix === undefined) {
      prefix = colour;
      continue;
    }
    const key: number = prefix * 256 + colour;
    const known = codes.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    write(prefix);
    prefix = colour;
    if (next === maxCodes) {
      write(clear);
      codes = new Map();
      codeBits = colourBits + 1;
      next = end + 1;
      continue;
    }
    // The decoder learns a code one step later, so the code that needs another bit is written after it was added.
    if (next === 2 ** codeBits) codeBits += 1;
    codes.set(key, next);
    next += 1;
  }
  if (prefix !== undefined) write(prefix);
  write(end);
  if (pendingBits > 0) bytes.push(pending & 0xff);
  return Buffer.from(bytes);
}

/** Data in blocks of at most 255 bytes, each after its length, and an empty block. */
function blocks(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}
