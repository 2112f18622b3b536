import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Undecodable } from '../../src/domain/decoded.ts';
import {
  decodeFailure,
  decodeJSON,
  decodeStatus,
  decodeText,
  decodeTime,
  decodeType,
  int,
  numeric,
  problems,
} from '../../src/vod/fields.ts';

const absent = [undefined, null, ''];

describe('Status', () => {
  it.each([
    ['init', 'INIT'],
    ['processing', 'PROCESSING'],
    ['reserved', 'INIT'],
    ['analysing', 'PROCESSING'],
    ['Processing', 'PROCESSING'],
    ['success', 'SUCCESS'],
    ['fail', 'FAIL'],
  ])('%s is %s', (text, expected) => {
    expect(decodeStatus(text)).toBe(expected);
  });

  it.each([
    ['1', '1'],
    ['finished', 'finished'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['what <is> this', 'a string of 14 characters'],
    ['x'.repeat(33), 'a string of 33 characters'],
    [1, 'number'],
    [['success'], 'an array'],
    [{}, 'object'],
    [true, 'boolean'],
  ])('%j is undecodable', (value, received) => {
    expect(decodeStatus(value)).toEqual(
      new Undecodable('Status', 'init, processing, success or fail', received),
    );
  });

  it.each(absent)('%j is absent', (value) => {
    expect(decodeStatus(value)).toBeUndefined();
  });
});

describe('Type', () => {
  it.each([
    ['AIMediaDNA', 'MEDIA_DNA'],
    ['AIVideoTag', 'VIDEO_TAG'],
    ['AIVideoTagResult', 'VIDEO_TAG'],
  ])('%s is %s', (text, expected) => {
    expect(decodeType(text)).toBe(expected);
  });

  it.each(['AIVideoCensor', 'aivideotag', 'AIMediaDNA,AIVideoTag', 'toString', 7])(
    '%j is undecodable',
    (value) => {
      expect(decodeType(value)).toBeInstanceOf(Undecodable);
    },
  );

  it.each(absent)('%j is absent', (value) => {
    expect(decodeType(value)).toBeUndefined();
  });
});

describe('a time', () => {
  it.each([
    ['2020-06-28T02:04:32Z', '2020-06-28T02:04:32.000Z'],
    ['2017-03-20T07:49:17:025Z', '2017-03-20T07:49:17.025Z'],
    ['2017-03-20T07:49:17.025Z', '2017-03-20T07:49:17.025Z'],
    ['2017-03-20T07:49:17.5Z', '2017-03-20T07:49:17.500Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
  ])('%s is decoded', (text, expected) => {
    expect(decodeTime('CreationTime', text)).toEqual(new Date(expected));
  });

  it.each([
    '1',
    'yesterday',
    '2020-06-28',
    '2020-06-28 02:04:32',
    '2020-06-28T02:04:32',
    '2020-06-28T02:04:32+08:00',
    '2020-13-28T02:04:32Z',
    '2020-02-31T02:04:32Z',
    '2023-02-29T00:00:00Z',
    '2020-06-28T24:00:00Z',
    '2020-06-28T02:04:61Z',
    1_593_309_872,
    {},
  ])('%j is undecodable', (value) => {
    const decoded = decodeTime('CreationTime', value);
    expect(decoded).toBeInstanceOf(Undecodable);
    expect(decoded).toMatchObject({
      field: 'CreationTime',
      expected: 'a UTC time like 2020-06-28T02:04:32Z',
    });
  });

  it.each(absent)('%j is absent', (value) => {
    expect(decodeTime('CreationTime', value)).toBeUndefined();
  });
});

describe('a text', () => {
  it.each([
    ['x', 'x'],
    [0, '0'],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    [{}, undefined],
  ])('of %j is %j', (value, expected) => {
    expect(decodeText(value)).toBe(expected);
  });
});

describe('Code and Message', () => {
  it('are the reason of a failed job', () => {
    expect(decodeFailure('FAIL', 'InvalidFile', 'cannot be decoded')).toEqual({
      code: 'InvalidFile',
      message: 'cannot be decoded',
    });
    expect(decodeFailure('FAIL', 404, undefined)).toEqual({ code: '404', message: undefined });
  });

  it('are ignored for other jobs', () => {
    for (const status of ['INIT', 'PROCESSING', 'SUCCESS', undefined] as const) {
      expect(decodeFailure(status, '0', 'OK')).toBeUndefined();
    }
    expect(decodeFailure(new Undecodable('Status', 'a', 'b'), '1', 'x')).toBeUndefined();
  });
});

describe('JSON in a string', () => {
  const schema = z.object({ a: z.number() });

  it('is decoded, and so is the object itself', () => {
    expect(decodeJSON('Data', '{"a":1}', schema)).toEqual({ a: 1 });
    expect(decodeJSON('Data', { a: 1 }, schema)).toEqual({ a: 1 });
  });

  it.each(absent)('%j is absent', (value) => {
    expect(decodeJSON('Data', value, schema)).toBeUndefined();
  });

  it('that is not JSON is described without its content', () => {
    expect(decodeJSON('Data', 'secret', schema)).toEqual(
      new Undecodable('Data', 'JSON', '6 characters that are not JSON'),
    );
  });

  it.each([
    ['{"a":"secret"}', 'invalid_type at a'],
    ['{}', 'invalid_type at a'],
    ['[]', 'invalid_type at the root'],
    ['null', 'invalid_type at the root'],
    ['"secret"', 'invalid_type at the root'],
    ['1', 'invalid_type at the root'],
  ])('of another structure (%s) is described by its path', (text, received) => {
    expect(decodeJSON('Data', text, schema)).toEqual(
      new Undecodable('Data', 'the documented structure', received),
    );
  });

  it('with many errors describes three', () => {
    const parsed = z.array(z.number()).safeParse(['a', 'b', 'c', 'd']);
    expect(parsed.error && problems(parsed.error)).toBe(
      'invalid_type at 0; invalid_type at 1; invalid_type at 2',
    );
  });
});

describe('a number', () => {
  it.each([
    [1.5, 1.5],
    ['0.98', 0.98],
    ['30016', 30_016],
    ['-1', -1],
    ['', undefined],
    ['1e3', 1_000],
    ['9.5E-4', 0.000_95],
    ['0x10', undefined],
    [' 1', undefined],
    ['NaN', undefined],
    [true, undefined],
  ])('of %j is %j', (value, expected) => {
    expect(numeric.safeParse(value).data).toBe(expected);
  });

  it.each([
    ['700', 700],
    [700.4, 700],
    ['2147483647', 2_147_483_647],
    ['2147483648', undefined],
    [3e9, undefined],
  ])('of %j is the integer %j', (value, expected) => {
    expect(int.safeParse(value).data).toBe(expected);
  });
});
