/**
 * Links that carry whole messages: over TCP or TLS with the dialect's lengths between them, or in memory.
 * A line that lies about a length is closed; nothing after the lie can be trusted.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { type Dial, type Link, LinkDown } from '@octavo/domain/ports.ts';
import { Deframer, frame } from '@octavo/lib/iso8583/frame.ts';
import { type DialectName, Iso8583Error } from '@octavo/lib/iso8583/message.ts';

/** How a listener proves itself: PEM. With `clientAuthority` callers must show a certificate that it signed. */
export type ListenerTls = {
  readonly key: string;
  readonly certificate: string;
  readonly clientAuthority?: string | undefined;
};

/** Whom a caller trusts and how it proves itself: PEM. `serverName` is the name in the listener's certificate. */
export type CallerTls = {
  readonly authority: string;
  readonly serverName: string;
  readonly key?: string | undefined;
  readonly certificate?: string | undefined;
};

/** A listening port and how to close it together with its links. */
export type Listener = { readonly port: number; close(): Promise<void> };

/** Listen for links. Port 0 takes a free one. Rejects with the system's error when the port is taken. */
export async function listenTcp(options: {
  readonly host: string;
  readonly port: number;
  readonly dialect: DialectName;
  readonly tls?: ListenerTls | undefined;
  readonly onLink: (link: Link) => void;
}): Promise<Listener> {
  const { host, port, dialect, tls, onLink } = options;
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => onLink(linkOver(socket, dialect));
  const server =
    tls === undefined ? createServer(accept) : createTlsServer(listenerTls(tls), accept);
  // Every connection counts from its first byte on, also one that never finishes the handshake.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { port: portOf(server), close: () => closeServer(server, sockets) };
}

/** How long a connection, with its handshake, may take to stand. */
const DIAL_TIMEOUT_MS = 10_000;

/** Make the port that opens links to one listener. */
export function dialTcp(options: {
  readonly host: string;
  readonly port: number;
  readonly dialect: DialectName;
  readonly tls?: CallerTls | undefined;
}): Dial {
  const { host, port, dialect, tls } = options;
  return () =>
    new Promise<Link>((resolve, reject) => {
      const socket =
        tls === undefined
          ? connect({ host, port })
          : connectTls({ host, port, minVersion: 'TLSv1.3', ...callerTls(tls) });
      const fail = (error: Error) => {
        socket.destroy();
        reject(new LinkDown(`no line to ${host}:${port}: ${error.message}`));
      };
      const late = () => fail(new Error('it took too long'));
      socket.once('error', fail);
      socket.setTimeout(DIAL_TIMEOUT_MS, late);
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        socket.off('error', fail);
        socket.off('timeout', late);
        socket.setTimeout(0);
        resolve(linkOver(socket, dialect));
      });
    });
}

/** A line within one process: what one end sends, the other reads; closing either end drops both. */
export function memoryLink(): readonly [Link, Link] {
  const close = () => {
    toLeft.end();
    toRight.end();
  };
  const toLeft = pipe(close);
  const toRight = pipe(close);
  const end = (inward: Pipe, outward: Pipe): Link => ({
    send: async (message) => outward.put(message.slice()),
    frames: inward.frames,
    close,
  });
  return [end(toLeft, toRight), end(toRight, toLeft)];
}

/** A quiet line is probed after this time, so that a peer that vanished is noticed. */
const KEEPALIVE_MS = 30_000;

function linkOver(socket: Socket, dialect: DialectName): Link {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEPALIVE_MS);
  // Whoever reads or sends learns that the line is down; an idle line that breaks must not end the process.
  socket.on('error', () => {});
  return {
    send: (message) => write(socket, frame(dialect, message)),
    frames: framesOf(socket, dialect),
    // What was sent still goes out.
    close: () => socket.destroySoon(),
  };
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!socket.writable) {
      reject(new LinkDown('the line is down'));
      return;
    }
    // The callback comes when the system has the bytes: a slow peer slows its senders down.
    socket.write(bytes, (error) => {
      if (error) reject(new LinkDown(`the line dropped: ${error.message}`));
      else resolve();
    });
  });
}

async function* framesOf(socket: Socket, dialect: DialectName): AsyncGenerator<Uint8Array, void> {
  const deframer = new Deframer(dialect);
  try {
    // Reading on demand: a slow reader slows the peer down.
    for await (const chunk of chunksOf(socket)) yield* deframer.push(chunk);
  } catch (error) {
    if (!(error instanceof Iso8583Error)) throw error;
  } finally {
    socket.destroy();
  }
}

/** The bytes of a socket until it ends; how it ended makes no difference to a reader. */
async function* chunksOf(socket: Socket): AsyncGenerator<Uint8Array, void> {
  const chunks = socket.iterator({ destroyOnReturn: true }) as AsyncIterator<Uint8Array>;
  for (;;) {
    const next = await chunks.next().catch(() => ({ done: true as const, value: undefined }));
    if (next.done) return;
    yield next.value;
  }
}

type Pipe = {
  put(message: Uint8Array): void;
  end(): void;
  readonly frames: AsyncIterable<Uint8Array>;
};

/** A queue that one reader waits at. What was put before the end is still read; a reader that leaves is told of. */
function pipe(onReaderGone: () => void): Pipe {
  const waiting: Uint8Array[] = [];
  let ended = false;
  let wake = () => {};
  async function* read(): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const message = waiting.shift();
        if (message !== undefined) {
          yield message;
        } else {
          if (ended) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      onReaderGone();
    }
  }
  return {
    put: (message) => {
      if (ended) throw new LinkDown('the line is down');
      waiting.push(message);
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
    frames: read(),
  };
}

function listenerTls(tls: ListenerTls) {
  const { key, certificate: cert, clientAuthority } = tls;
  const own = { key, cert, minVersion: 'TLSv1.3' as const };
  if (clientAuthority === undefined) return own;
  return { ...own, ca: clientAuthority, requestCert: true, rejectUnauthorized: true };
}

function callerTls(tls: CallerTls) {
  const { authority: ca, serverName: servername, key, certificate: cert } = tls;
  return key === undefined || cert === undefined
    ? { ca, servername }
    : { ca, servername, key, cert };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  return address.port;
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}
