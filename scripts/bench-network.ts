import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A way to a server of this machine that takes as long as one over a network. */
export interface Network {
  readonly port: number;
  leadTo(port: number): void;
  stop(): void;
}

/** Delays what passes by half a round trip each way, and a connection's first byte by the round trip of its handshake. */
export async function startNetwork(roundTripMs: number): Promise<Network> {
  let target = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const far = connect(target, '127.0.0.1');
    keep(near);
    keep(far);
    pass(far, near, roundTripMs / 2);
    pass(near, far, roundTripMs / 2);
    setTimeout(() => near.resume(), roundTripMs);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => {
      target = port;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function pass(from: Socket, to: Socket, delayMs: number): void {
  from.on('data', async (chunk) => {
    await sleep(delayMs);
    if (to.writable) to.write(chunk);
  });
  from.once('end', async () => {
    await sleep(delayMs);
    to.end();
  });
}
