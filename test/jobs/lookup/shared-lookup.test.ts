import { describe, expect, it } from 'vitest';
import { SharedLookup } from '../../../src/jobs/lookup/shared-lookup.ts';
import { CancelledError, ThrottledError } from '../../../src/rpc/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A question that a lookup asked; the test answers it. */
interface Question {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly answer: (value: string | undefined) => void;
  readonly fail: (error: Error) => void;
}

function runningLookup({ freshnessMs = 5_000, maxEntries = 100 } = {}) {
  const clock = new ManualClock();
  const questions: Question[] = [];
  const lookup = new SharedLookup<string | undefined>({
    action: 'GetAITemplate',
    fetch: (key, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        questions.push({ key, signal, answer: resolve, fail: reject });
      }),
    freshnessMs,
    maxEntries,
    clock,
  });
  const question = (index: number): Question => {
    const asked = questions[index];
    if (!asked) throw new Error(`expected ${index + 1} questions; got ${questions.length}`);
    return asked;
  };
  return { lookup, clock, questions, question };
}

const error = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('a key that is on its way', () => {
  it('is joined', async () => {
    const { lookup, questions, question } = runningLookup();
    const answers = [lookup.get('a'), lookup.get('a'), lookup.get('b')];
    expect(questions.map(({ key }) => key)).toEqual(['a', 'b']);
    question(0).answer('A');
    question(1).answer('B');
    expect(await Promise.all(answers)).toEqual(['A', 'A', 'B']);
  });

  it('fails for all who wait, and is asked for anew after that', async () => {
    const { lookup, question } = runningLookup();
    const answers = [error(lookup.get('a')), error(lookup.get('a'))];
    const reason = new Error('down');
    question(0).fail(reason);
    expect(await Promise.all(answers)).toEqual([reason, reason]);
    const again = lookup.get('a');
    question(1).answer('A');
    expect(await again).toBe('A');
  });

  it('is not cancelled while somebody still waits', async () => {
    const { lookup, question } = runningLookup();
    const gone = new AbortController();
    const [left, stayed] = [error(lookup.get('a', gone.signal)), lookup.get('a')];
    gone.abort();
    expect(await left).toBeInstanceOf(CancelledError);
    expect(question(0).signal.aborted).toBe(false);
    question(0).answer('A');
    expect(await stayed).toBe('A');
  });

  it('is cancelled with the last who waited, and asked for anew by whoever comes then', async () => {
    const { lookup, questions, question } = runningLookup();
    const gone = [new AbortController(), new AbortController()];
    const left = gone.map(({ signal }) => error(lookup.get('a', signal)));
    gone[0]?.abort();
    expect(question(0).signal.aborted).toBe(false);
    gone[1]?.abort();
    expect(question(0).signal.aborted).toBe(true);
    for (const reason of await Promise.all(left)) {
      expect(reason).toBeInstanceOf(CancelledError);
      expect(reason).toMatchObject({ action: 'GetAITemplate' });
    }
    const again = lookup.get('a');
    question(1).answer('A');
    expect(await again).toBe('A');
    expect(questions).toHaveLength(2);
  });

  it('is not asked for by who has gone already', async () => {
    const { lookup, questions } = runningLookup();
    expect(await error(lookup.get('a', AbortSignal.abort()))).toBeInstanceOf(CancelledError);
    expect(questions).toEqual([]);
  });

  it('is one of a thousand at most', async () => {
    const { lookup, questions } = runningLookup();
    for (let key = 0; key < 1_000; key++) void lookup.get(String(key));
    expect(await error(lookup.get('one more'))).toBeInstanceOf(ThrottledError);
    expect(questions).toHaveLength(1_000);
  });
});

describe('an answer', () => {
  it.each(['A', undefined])('is given again while it is fresh, and no longer: %j', async (value) => {
    const { lookup, clock, questions, question } = runningLookup({ freshnessMs: 5_000 });
    const first = lookup.get('a');
    question(0).answer(value);
    expect(await first).toBe(value);
    clock.advance(4_999);
    expect(await lookup.get('a')).toBe(value);
    expect(questions).toHaveLength(1);
    clock.advance(2);
    const later = lookup.get('a');
    question(1).answer('later');
    expect(await later).toBe('later');
  });

  it('is never given again without freshness', async () => {
    const { lookup, questions, question } = runningLookup({ freshnessMs: 0 });
    const first = lookup.get('a');
    question(0).answer('A');
    await first;
    void lookup.get('a');
    expect(questions).toHaveLength(2);
  });

  it('makes room for others, the one that was not asked for the longest first', async () => {
    const { lookup, questions, question } = runningLookup({ maxEntries: 2 });
    for (const [index, key] of ['a', 'b'].entries()) {
      const answer = lookup.get(key);
      question(index).answer(key);
      await answer;
    }
    await lookup.get('a');
    const third = lookup.get('c');
    question(2).answer('c');
    await third;
    await lookup.get('a');
    expect(questions).toHaveLength(3);
    void lookup.get('b');
    expect(questions).toHaveLength(4);
  });
});

describe('a key that is dropped', () => {
  const drops: [string, (lookup: SharedLookup<string | undefined>) => void][] = [
    ['alone', (lookup) => lookup.drop('a')],
    ['with all others', (lookup) => lookup.dropAll()],
  ];

  it.each(drops)('is asked for anew: %s', async (_, drop) => {
    const { lookup, question } = runningLookup();
    const first = lookup.get('a');
    question(0).answer('old');
    await first;
    drop(lookup);
    const second = lookup.get('a');
    question(1).answer('new');
    expect(await second).toBe('new');
  });

  it.each(drops)('forgets the answer that is on its way: %s', async (_, drop) => {
    const { lookup, questions, question } = runningLookup();
    const first = lookup.get('a');
    drop(lookup);
    const second = lookup.get('a');
    question(1).answer('new');
    question(0).answer('old');
    expect(await Promise.all([first, second])).toEqual(['old', 'new']);
    expect(await lookup.get('a')).toBe('new');
    expect(questions).toHaveLength(2);
  });
});
