import { describe, expect, it } from 'vitest';
import { EventSilence } from '../../src/events/silence.ts';
import { ManualClock } from '../support/manual-clock.ts';

const HOUR = 3_600_000;

function silence() {
  const clock = new ManualClock();
  const warnings: object[] = [];
  const events = new EventSilence({ clock, log: { warn: (fields: object) => void warnings.push(fields) } });
  return { clock, warnings, events };
}

describe('the silence of events', () => {
  it('is noticed an hour after polling found jobs finished, with one warning', () => {
    const { clock, warnings, events } = silence();
    for (let job = 0; job < 3; job++) events.finishedByPolling(1);
    clock.advance(HOUR - 1);
    expect([events.isSilent, warnings]).toEqual([false, []]);
    clock.advance(1);
    expect([events.isSilent, warnings]).toEqual([true, [{ jobs: 3 }]]);

    for (let hour = 0; hour < 24; hour++) {
      events.finishedByPolling(5);
      clock.advance(HOUR);
    }
    expect(warnings).toHaveLength(1);
  });

  it('is no silence while events come, even if polling is sometimes faster', () => {
    const { clock, warnings, events } = silence();
    for (let hour = 0; hour < 24; hour++) {
      events.finishedByPolling(3);
      clock.advance(HOUR / 2);
      events.received();
      clock.advance(HOUR / 2);
    }
    expect([events.isSilent, warnings]).toEqual([false, []]);
    expect(clock.pending).toBe(0);
  });

  it('needs several jobs, over any number of hours', () => {
    const { clock, warnings, events } = silence();
    events.finishedByPolling(2);
    clock.advance(5 * HOUR);
    expect(warnings).toEqual([]);
    events.finishedByPolling(1);
    clock.advance(HOUR);
    expect(warnings).toHaveLength(1);
  });

  it('is warned of again only after events have come and stopped', () => {
    const { clock, warnings, events } = silence();
    events.finishedByPolling(3);
    clock.advance(HOUR);
    events.received();
    expect(events.isSilent).toBe(false);
    clock.advance(24 * HOUR);
    expect(warnings).toHaveLength(1);
    events.finishedByPolling(3);
    clock.advance(HOUR);
    expect([events.isSilent, warnings.length]).toEqual([true, 2]);
  });

  it('leaves no timer when it closes', () => {
    const { clock, events } = silence();
    events.finishedByPolling(3);
    events.close();
    expect(clock.pending).toBe(0);
  });
});
