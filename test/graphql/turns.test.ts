import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '../../src/graphql/turns.ts';

/** The turns of the event loop, counted from the present one, in which pieces of work are done. */
async function turnsOf(turns: Turns, work: readonly number[]): Promise<number[]> {
  let turn = 0;
  let isDone = false;
  const count = () => {
    turn++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const done = await Promise.all(
    work.map(async (piece) => {
      const itsTurn = turns.take('caller', piece);
      if (itsTurn) await itsTurn;
      return turn;
    }),
  );
  isDone = true;
  return done;
}

it('does as much work in a turn as fits, and the rest in later ones', async () => {
  const turns = new Turns(10);
  expect(await turnsOf(turns, [4, 4, 4, 4, 4])).toEqual([0, 0, 1, 1, 2]);
});

it('does a piece that is larger than a turn in one of its own', async () => {
  const turns = new Turns(10);
  expect(await turnsOf(turns, [3, 25, 3, 3])).toEqual([0, 1, 2, 2]);
});

it('starts at once after its work is done', async () => {
  const turns = new Turns(10);
  for (const work of [[9, 9], [9]]) {
    await turnsOf(turns, work);
    await nextTurn();
    expect(turns.take('caller', 9)).toBeUndefined();
    await nextTurn();
  }
});

it('takes one piece of each caller after the other', async () => {
  const turns = new Turns(10);
  const order: string[] = [];
  const start = async (callerKey: string) => {
    const itsTurn = turns.take(callerKey, 5);
    if (itsTurn) await itsTurn;
    order.push(callerKey);
  };

  await Promise.all([...'aaaaaabc'].map(start));

  expect(order.join('')).toBe('aaabcaaa');
});

it('counts the work that is added in a turn', async () => {
  const turns = new Turns(10);
  expect(turns.take('a', 9)).toBeUndefined();
  const second = turns.take('a', 9);
  expect(second).toBeInstanceOf(Promise);
  await second;
  expect(turns.take('b', 9)).toBeInstanceOf(Promise);
});
