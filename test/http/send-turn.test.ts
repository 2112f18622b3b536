import { expect, it } from 'vitest';
import { sendTurn } from '../../src/http/send-turn.ts';

it('lets all responses of a turn of the event loop be sent together, in their order', async () => {
  const events: string[] = [];
  const respond = async (name: string) => {
    await sendTurn();
    events.push(name);
  };

  const all = ['first', 'second', 'third'].map(respond);
  process.nextTick(() => events.push('another request is read'));
  await Promise.all(all);

  expect(events).toEqual(['another request is read', 'first', 'second', 'third']);
});

it('is over before the next turn', async () => {
  const first = sendTurn();
  await first;

  expect(sendTurn()).not.toBe(first);
});
