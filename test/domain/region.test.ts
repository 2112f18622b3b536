import { describe, expect, it } from 'vitest';
import { isRegion, regions, regionsWith, supports } from '../../src/domain/region.ts';

describe('regions', () => {
  it.each(['cn-shanghai', 'cn-beijing', 'ap-southeast-1', 'eu-central-1'])('include %s', (region) => {
    expect(isRegion(region)).toBe(true);
    expect(regions).toContain(region);
  });

  it.each(['', 'shanghai', 'CN-SHANGHAI', 'toString', '__proto__', 'cn-shanghai '])(
    'do not include %j',
    (text) => {
      expect(isRegion(text)).toBe(false);
    },
  );

  it('offer smart tags and covers in Shanghai and Beijing, and video DNA and reviews in Singapore, too', () => {
    expect([...regionsWith('VIDEO_TAG')].sort()).toEqual(['cn-beijing', 'cn-shanghai']);
    expect([...regionsWith('IMAGE_AI')].sort()).toEqual(['cn-beijing', 'cn-shanghai']);
    expect([...regionsWith('MEDIA_DNA')].sort()).toEqual(['ap-southeast-1', 'cn-beijing', 'cn-shanghai']);
    expect([...regionsWith('MEDIA_AUDIT')].sort()).toEqual(['ap-southeast-1', 'cn-beijing', 'cn-shanghai']);
    expect(supports('ap-southeast-1', 'MEDIA_DNA')).toBe(true);
    expect(supports('ap-southeast-1', 'IMAGE_AI')).toBe(false);
  });
});

it('has no region that the vendor lists no endpoint for', () => {
  expect(isRegion('ap-south-1')).toBe(false);
});
