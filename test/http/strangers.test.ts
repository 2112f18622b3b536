import { expect, it } from 'vitest';
import { Strangers } from '../../src/http/strangers.ts';

function place(max: number, maxPerAddress: number) {
  const strangers = new Strangers({ max, maxPerAddress });
  const closed: string[] = [];
  const enter = (address: string, name: string) => strangers.enter(address, () => void closed.push(name));
  return { strangers, closed, enter };
}

it('the oldest connection of an address is closed beyond its limit', () => {
  const { strangers, closed, enter } = place(10, 2);
  for (const name of ['a1', 'a2', 'a3', 'a4']) enter('a', name);
  enter('b', 'b1');
  expect(closed).toEqual(['a1', 'a2']);
  expect(strangers.size).toBe(3);
});

it('the oldest connection of all addresses is closed beyond the limit of all', () => {
  const { strangers, closed, enter } = place(3, 2);
  for (const address of ['a', 'b', 'c', 'd']) enter(address, address);
  expect(closed).toEqual(['a']);
  expect(strangers.size).toBe(3);
});

it('a connection that leaves makes room, however often it leaves', () => {
  const { strangers, closed, enter } = place(2, 2);
  const leave = enter('a', 'a1');
  enter('a', 'a2');
  leave();
  leave();
  enter('a', 'a3');
  expect(closed).toEqual([]);
  expect(strangers.size).toBe(2);
});
