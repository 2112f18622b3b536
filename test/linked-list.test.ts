import { expect, it } from 'vitest';
import { LinkedList } from '../src/linked-list.ts';

it('has the values in the order in which they were added', () => {
  const list = new LinkedList<string>();

  for (const value of ['a', 'b', 'c']) list.add(value);

  expect(list.values()).toEqual(['a', 'b', 'c']);
  expect(list.first).toBe('a');
});

it('removes any of its values, and then others still', () => {
  const list = new LinkedList<string>();
  const [a, b, c] = ['a', 'b', 'c'].map((value) => list.add(value));
  if (!a || !b || !c) throw new Error('expected three links');

  list.remove(b);
  expect(list.values()).toEqual(['a', 'c']);
  list.remove(a);
  expect(list.first).toBe('c');
  list.remove(c);
  expect(list.values()).toEqual([]);
  expect(list.first).toBeUndefined();
  list.add('d');
  expect(list.values()).toEqual(['d']);
});

it('ignores a second removal', () => {
  const list = new LinkedList<string>();
  const link = list.add('a');
  list.remove(link);
  list.add('b');

  list.remove(link);

  expect(list.values()).toEqual(['b']);
});

it('lets a removed link refer to nothing', () => {
  const list = new LinkedList<object>();
  list.add({});
  const link = list.add({});
  list.add({});

  list.remove(link);

  expect(link).toEqual({ value: undefined, previous: undefined, next: undefined });
});
