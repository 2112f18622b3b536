import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Undecodable } from '../../src/domain/decoded.ts';
import {
  int,
  numeric,
  problems,
  readFailure,
  readJSON,
  readStatus,
  readText,
  readTime,
  readType,
} from '../../src/vod/fields.ts';

const absent = [undefined, null, ''];

describe('Status', () => {
  it.each([
    ['init', 'INIT'],
    ['processing', 'PROCESSING'],
    ['Processing', 'PROCESSING'],
    ['success', 'SUCCESS'],
    ['fail', 'FAIL'],
  ])('%s is %s', (text, expected) => {
    expect(readStatus(text)).toBe(expected);
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
  ])('%j is not guessed at', (value, received) => {
    expect(readStatus(value)).toEqual(
      new Undecodable('Status', 'init, processing, success or fail', received),
    );
  });

  it.each(absent)('%j is absent', (value) => {
    expect(readStatus(value)).toBeUndefined();
  });
});

describe('Type', () => {
  it.each([
    ['AIMediaDNA', 'MEDIA_DNA'],
    ['AIVideoTag', 'VIDEO_TAG'],
    ['AIVideoTagResult', 'VIDEO_TAG'],
  ])('%s is %s', (text, expected) => {
    expect(readType(text)).toBe(expected);
  });

  it.each(['AIVideoCensor', 'aivideotag', 'AIMediaDNA,AIVideoTag', 'toString', 7])(
    '%j is not guessed at',
    (value) => {
      expect(readType(value)).toBeInstanceOf(Undecodable);
    },
  );

  it.each(absent)('%j is absent', (value) => {
    expect(readType(value)).toBeUndefined();
  });
});

describe('a time', () => {
  it.each([
    ['2020-06-28T02:04:32Z', '2020-06-28T02:04:32.000Z'],
    ['2017-03-20T07:49:17:025Z', '2017-03-20T07:49:17.025Z'],
    ['2017-03-20T07:49:17.025Z', '2017-03-20T07:49:17.025Z'],
    ['2017-03-20T07:49:17.5Z', '2017-03-20T07:49:17.500Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
  ])('%s is understood', (text, expected) => {
    expect(readTime('CreationTime', text)).toEqual(new Date(expected));
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
  ])('%j is not guessed at', (value) => {
    const reading = readTime('CreationTime', value);
    expect(reading).toBeInstanceOf(Undecodable);
    expect(reading).toMatchObject({
      field: 'CreationTime',
      expected: 'a UTC time like 2020-06-28T02:04:32Z',
    });
  });

  it.each(absent)('%j is absent', (value) => {
    expect(readTime('CreationTime', value)).toBeUndefined();
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
    expect(readText(value)).toBe(expected);
  });
});

describe('Code and Message', () => {
  it('say something of a job that failed', () => {
    expect(readFailure('FAIL', 'InvalidFile', 'cannot be decoded')).toEqual({
      code: 'InvalidFile',
      message: 'cannot be decoded',
    });
    expect(readFailure('FAIL', 404, undefined)).toEqual({ code: '404', message: undefined });
  });

  it('say nothing of any other job', () => {
    for (const status of ['INIT', 'PROCESSING', 'SUCCESS', undefined] as const) {
      expect(readFailure(status, '0', 'OK')).toBeUndefined();
    }
    expect(readFailure(new Undecodable('Status', 'a', 'b'), '1', 'x')).toBeUndefined();
  });
});

describe('JSON in a string', () => {
  const schema = z.object({ a: z.number() });

  it('is parsed, and so is the object itself', () => {
    expect(readJSON('Data', '{"a":1}', schema)).toEqual({ a: 1 });
    expect(readJSON('Data', { a: 1 }, schema)).toEqual({ a: 1 });
  });

  it.each(absent)('%j is absent', (value) => {
    expect(readJSON('Data', value, schema)).toBeUndefined();
  });

  it('that is none is told without its content', () => {
    expect(readJSON('Data', 'secret', schema)).toEqual(
      new Undecodable('Data', 'JSON', '6 characters that are not JSON'),
    );
  });

  it.each([
    ['{"a":"secret"}', 'invalid_type at a'],
    ['{}', 'invalid_type at a'],
    ['[]', 'invalid_type at the top'],
    ['null', 'invalid_type at the top'],
    ['"secret"', 'invalid_type at the top'],
    ['1', 'invalid_type at the top'],
  ])('of another shape (%s) is told as the place', (text, received) => {
    expect(readJSON('Data', text, schema)).toEqual(
      new Undecodable('Data', 'the documented structure', received),
    );
  });

  it('with many mistakes tells three', () => {
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
  ])('of %j is %j where it has to be whole', (value, expected) => {
    expect(int.safeParse(value).data).toBe(expected);
  });
});
