import { describe, expect, it } from 'vitest';
import { RowStates } from '../../src/jobs/row-states.ts';
import { ids } from './lookup/running-lookup.ts';

const absent = { exists: false };
const present = { exists: true, status: 'PROCESSING' };

describe('the states of rows', () => {
  it('are remembered for at least half a minute and at most a minute', () => {
    const states = new RowStates();
    states.set('first', absent, 0);
    states.set('late', absent, 29_999);
    expect(states.get('first', 59_999)).toBe(absent);
    expect(states.get('late', 59_999)).toBe(absent);
    expect(states.get('first', 60_000)).toBeUndefined();
    expect(states.get('late', 60_000)).toBeUndefined();
  });

  it('are forgotten after an idle time', () => {
    const states = new RowStates();
    states.set('a', absent, 0);
    expect(states.get('a', 1_000_000)).toBeUndefined();
  });

  it('change: the last one counts', () => {
    const states = new RowStates();
    states.set('a', absent, 0);
    states.set('a', present, 30_000);
    expect(states.get('a', 30_000)).toBe(present);
    expect(states.get('a', 60_000)).toBe(present);
  });

  it('are bounded: the oldest are forgotten', () => {
    const states = new RowStates();
    for (const id of ids(60_000)) states.set(id, absent, 0);
    const remembered = ids(60_000).filter((id) => states.get(id, 0));
    expect(remembered.length).toBeLessThanOrEqual(40_000);
    expect(remembered.at(-1)).toBe('job-59999');
  });
});
