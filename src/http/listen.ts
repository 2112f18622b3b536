import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';

/** The sockets that listen on the port. More than these make no difference with 64 clients (`npm run bench -- --only finished`). */
const SOCKETS = 8;
/** What Node's HTTP server sets for its own connections. */
const HTTP_SOCKETS = { allowHalfOpen: true, noDelay: true };

/** Where a server listens. */
export interface Address {
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
}

/**
 * Listens with several sockets on the same port, where the system can spread connections over them. Node accepts one
 * connection of a socket in each turn of the event loop, and a turn serves all requests that have arrived. With one
 * socket, the last of a hundred clients that connect to a busy gateway at once waits a hundred turns.
 *
 * `server` listens itself, too: Node enforces `headersTimeout` only on an HTTP server that does. Rejects with the error of the
 * system if another process listens on the port.
 *
 * @returns the servers that listen besides `server` and give it their connections
 */
export async function listen(server: Server, address: Address): Promise<NetServer[]> {
  if (process.platform !== 'linux') {
    await listening(server, address);
    return [];
  }
  // Two processes of the same user could share the port otherwise, and each would answer some of the requests.
  const { port } = await freePort(address);
  const shared = { host: address.host, port, reusePort: true };
  await listening(server, shared);
  const acceptors = Array.from({ length: SOCKETS - 1 }, () => acceptorFor(server));
  await Promise.all(acceptors.map((acceptor) => listening(acceptor, shared)));
  return acceptors;
}

function acceptorFor(server: Server): NetServer {
  const accept = (socket: Socket) => server.emit('connection', socket);
  return new NetServer(HTTP_SOCKETS, accept).on('error', (error) => server.emit('error', error));
}

/** Rejects if another socket listens on the port. */
async function freePort(address: Address): Promise<AddressInfo> {
  const probe = new NetServer();
  await listening(probe, address);
  const free = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return free;
}

async function listening(
  server: NetServer,
  address: Address & { readonly reusePort?: boolean },
): Promise<void> {
  server.listen(address);
  await once(server, 'listening');
}
