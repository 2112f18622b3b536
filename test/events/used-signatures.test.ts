import { expect, it } from 'vitest';
import { UsedSignatures } from '../../src/events/used-signatures.ts';

it('forgets a signature when it has expired', () => {
  const used = new UsedSignatures();
  used.add('a', 'event', 0);
  used.add('b', 'event', 10 * 60_000);
  expect(used.begin('a', 'event')).toBe('repeated');
  used.add('b', 'other', 10 * 60_000 + 1);
  expect([used.begin('a', 'event'), used.begin('b', 'event')]).toEqual(['new', 'repeated']);
});

it('remembers at most 50,000 events, and forgets the oldest signatures', () => {
  const used = new UsedSignatures();
  for (let signature = 0; signature < 101; signature++) {
    for (let event = 0; event < 500; event++) used.add(`signature-${signature}`, `event-${event}`, signature);
  }
  expect(used.begin('signature-0', 'event-0')).toBe('new');
  expect(used.begin('signature-1', 'event-0')).toBe('repeated');
  expect(used.begin('signature-100', 'event-499')).toBe('repeated');
  expect(used.begin('signature-100', 'event-500')).toBe('exhausted');
});

it('counts the events that are being recorded, and forgets those that were not', () => {
  const used = new UsedSignatures();
  const verdicts = Array.from({ length: 501 }, (_, index) => used.begin('a', `event-${index}`));
  expect(verdicts.filter((verdict) => verdict === 'new')).toHaveLength(500);
  expect(verdicts.at(-1)).toBe('exhausted');
  used.end('a');
  expect(used.begin('a', 'event-0')).toBe('new');
});
