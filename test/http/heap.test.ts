import { describe, expect, it } from 'vitest';
import { type Heap, HeapPressure, readOldGeneration } from '../../src/http/heap.ts';
import { Overload } from '../../src/http/overload.ts';

describe('heap pressure', () => {
  it('starts at 85 % of the limit and ends below 80 %', () => {
    let heap: Heap = { used: 84, limit: 100 };
    const pressure = new HeapPressure(() => heap);
    const states = [84, 85, 99, 82, 80, 79, 84, 85].map((used) => {
      heap = { used, limit: 100 };
      pressure.sample();
      return pressure.isHigh;
    });
    expect(states).toEqual([false, true, true, true, true, false, false, true]);
    expect(pressure.share).toBe(0.85);
  });

  it('is measured in the old generation', () => {
    const { used, limit } = readOldGeneration(1_000);
    expect(limit).toBe(1_000);
    expect(used).toBeGreaterThan(1024 * 1024);
    expect(used).toBeLessThan(process.memoryUsage().rss);
  });

  it('sheds streams and requests over WebSocket', () => {
    const heap = { isHigh: true };
    let shed = 0;
    const overload = new Overload({ maxRequests: 10, maxStreams: 10, heap, onShed: () => shed++ });
    expect([overload.take('request', 'a'), overload.take('stream', 'a')]).toEqual([false, false]);
    expect(shed).toBe(2);
    heap.isHigh = false;
    expect([overload.take('request', 'a'), overload.take('stream', 'a')]).toEqual([true, true]);
  });
});
