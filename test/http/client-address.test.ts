import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { clientAddresses } from '../../src/http/client-address.ts';

const of = (trusted: readonly string[], remoteAddress: string, forwarded?: string) =>
  clientAddresses(trusted).of({
    socket: { remoteAddress },
    headers: { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage);

it('the address of a client is that of its socket, whatever X-Forwarded-For says', () => {
  expect(of([], '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
  expect(of(['10.0.0.0/8'], '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
  expect(of([], '::ffff:192.0.2.1')).toBe('192.0.2.1');
});

it.each([
  ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['::ffff:10.0.0.1', 'invented, 203.0.113.9, 10.2.3.4', '203.0.113.9'],
  ['10.0.0.1', '198.51.100.7, 203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', undefined, '10.0.0.1'],
  ['10.0.0.1', 'nonsense', '10.0.0.1'],
  ['fd00::5', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
])('behind the proxy %s, X-Forwarded-For %j names the client %s', (proxy, forwarded, client) => {
  expect(of(['10.0.0.0/8', 'fd00::/8'], proxy, forwarded)).toBe(client);
});

it.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::ffff', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the IPv6 address %s counts as its network %s', (address, network) => {
  expect(of([], address)).toBe(network);
});
