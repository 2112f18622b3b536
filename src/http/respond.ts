import type { Duplex } from 'node:stream';

/**
 * Refuses a connection that asks to become a WebSocket. `status` is HTTP's, with its reason: `404 Not Found`; `headers`
 * are more than the ones that every refusal has.
 */
export function refuseUpgrade(socket: Duplex, status: string, headers: Record<string, string> = {}): void {
  // Node has let go of it: nobody else listens to its errors, and unheard ones would end the process.
  socket.on('error', () => socket.destroy());
  // The server would leave it half open, for as long as the client likes.
  socket.once('finish', () => socket.destroy());
  const fields = { ...headers, connection: 'close', 'content-length': '0' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
}
