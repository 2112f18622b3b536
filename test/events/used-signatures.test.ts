import { expect, it } from 'vitest';
import { UsedSignatures } from '../../src/events/used-signatures.ts';

it('forgets a signature when it has expired', () => {
  const used = new UsedSignatures();
  used.add('a', 'event', 0);
  used.add('b', 'event', 10 * 60_000);
  expect(used.check('a', 'event')).toBe('repeated');
  used.add('b', 'other', 10 * 60_000 + 1);
  expect([used.check('a', 'event'), used.check('b', 'event')]).toEqual(['new', 'repeated']);
});

it('remembers at most 50,000 events, and forgets the oldest signatures', () => {
  const used = new UsedSignatures();
  for (let signature = 0; signature < 101; signature++) {
    for (let event = 0; event < 500; event++) used.add(`signature-${signature}`, `event-${event}`, signature);
  }
  expect(used.check('signature-0', 'event-0')).toBe('new');
  expect(used.check('signature-1', 'event-0')).toBe('repeated');
  expect(used.check('signature-100', 'event-499')).toBe('repeated');
  expect(used.check('signature-100', 'event-500')).toBe('exhausted');
});
