import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Finds the addresses of clients, for the limits of clients whose caller is not known. */
export interface ClientAddresses {
  /**
   * The client's network: its IPv4 address, or the first 64 bits of its IPv6 address, which is what one site gets. It is
   * the address of the socket, or, if that is a trusted proxy's, the last address in `X-Forwarded-For` that is not.
   */
  of(request: IncomingMessage): string;
  /** Whether a connection comes from a trusted proxy, which serves many clients. */
  isProxy(address: string | undefined): boolean;
}

/** @param trustedProxies addresses and ranges, such as `10.0.0.0/8` */
export function clientAddresses(trustedProxies: readonly string[]): ClientAddresses {
  const proxies = new BlockList();
  for (const range of trustedProxies) {
    const [address = '', prefix] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(prefix), family);
  }
  const isProxy = (address: string | undefined) => {
    const plain = withoutMapping(address ?? '');
    return isIP(plain) !== 0 && proxies.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
  return {
    isProxy,
    of({ socket, headers }) {
      let address = withoutMapping(socket.remoteAddress ?? '');
      const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
      // Each proxy appends the address that it received from. Those before the last untrusted one may be invented.
      while (isProxy(address)) {
        const previous = withoutMapping(forwarded.pop()?.trim() ?? '');
        if (isIP(previous) === 0) break;
        address = previous;
      }
      return networkOf(address);
    },
  };
}

/** An IPv4 address without the prefix and the zone that sockets for both versions of IP add. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** The address, or the first four groups of an IPv6 address. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const last = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...last];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
