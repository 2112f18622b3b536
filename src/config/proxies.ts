import { isIPv4, isIPv6 } from 'node:net';
import { describeText } from '../domain/id.ts';
import { ConfigError, type Environment, list } from './values.ts';

/** Reads `TRUSTED_PROXIES`: addresses and ranges (CIDR), separated by commas. */
export function trustedProxies(env: Environment): readonly string[] {
  const ranges = list(env, 'TRUSTED_PROXIES');
  for (const range of ranges) {
    const [, address = '', , prefix] = /^([^/]*)(\/(\d{1,3}))?$/.exec(range) ?? [];
    const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
    if (Number(prefix ?? 0) > bits) {
      const expected = 'addresses or ranges separated by commas, such as 10.0.0.0/8';
      throw new ConfigError('TRUSTED_PROXIES', expected, describeText(range));
    }
  }
  return ranges;
}
