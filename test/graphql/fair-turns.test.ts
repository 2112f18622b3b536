import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FairTurns } from '../../src/graphql/fair-turns.ts';

/** The pieces of work that start in each turn of the event loop, as they are named. */
async function startsOf(turns: FairTurns, pieces: readonly (readonly [string, number])[]): Promise<string[]> {
  const starts: string[] = [];
  let waiting = pieces.length;
  let names = '';
  for (const [name, work] of pieces) {
    const start = () => {
      names += name;
      waiting--;
    };
    const turn = turns.take(name, work);
    if (turn) void turn.then(start);
    else start();
  }
  for (;;) {
    starts.push(names);
    names = '';
    if (waiting === 0) return starts;
    await nextTurn();
  }
}

it('does as much work in a turn as fits, and the rest in later ones', async () => {
  const pieces = Array.from({ length: 5 }, () => ['a', 4] as const);
  expect(await startsOf(new FairTurns(10), pieces)).toEqual(['aa', 'aa', 'a']);
});

it('does a piece that is larger than a turn in one of its own', async () => {
  const pieces = [3, 25, 3, 3].map((work) => ['a', work] as const);
  expect(await startsOf(new FairTurns(10), pieces)).toEqual(['a', 'a', 'aa']);
});

it('takes one piece of each caller after the other', async () => {
  const pieces = [...'aaaaaabc'].map((name) => [name, 5] as const);
  expect(await startsOf(new FairTurns(10), pieces)).toEqual(['aa', 'ab', 'ca', 'aa']);
});

it('counts the work that is added in a turn', async () => {
  const turns = new FairTurns(10);
  expect(turns.take('a', 9)).toBeUndefined();
  const second = turns.take('a', 9);
  expect(second).toBeInstanceOf(Promise);
  await second;
  expect(turns.take('b', 9)).toBeInstanceOf(Promise);
});

it('starts at once after its work is done', async () => {
  const turns = new FairTurns(10);
  for (const name of ['a', 'b']) {
    await startsOf(turns, [
      [name, 9],
      [name, 9],
    ]);
    await nextTurn();
    expect(turns.take(name, 9)).toBeUndefined();
    await nextTurn();
  }
});
