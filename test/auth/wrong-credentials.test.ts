import { expect, it } from 'vitest';
import { WrongCredentials } from '../../src/auth/wrong-credentials.ts';

it('each address may send ten wrong credentials, and one more every six seconds', () => {
  let now = 1_000;
  const wrong = new WrongCredentials(() => now);
  const count = (address: string, times: number) =>
    Array.from({ length: times }, () => wrong.count(address)).at(-1);
  expect(count('a', 10)).toBeUndefined();
  expect(count('a', 1)).toBe(6_000);
  expect(count('b', 10)).toBeUndefined();
  now += 6_000;
  expect(count('a', 1)).toBeUndefined();
  expect(count('a', 1)).toBe(6_000);
});

it('remembers ten thousand addresses, and forgets the quietest', () => {
  const wrong = new WrongCredentials(() => 0);
  for (let attempt = 0; attempt < 10; attempt++) {
    wrong.count('quiet');
    wrong.count('busy');
  }
  for (let other = 0; other < 9_999; other++) {
    wrong.count(`other-${other}`);
    if (other === 5_000) expect(wrong.count('busy')).toBeGreaterThan(0);
  }
  expect(wrong.count('busy')).toBeGreaterThan(0);
  expect(wrong.count('quiet')).toBeUndefined();
});
