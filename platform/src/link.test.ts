import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { type Dial, type Link, LinkDown } from '@octavo/domain/ports.ts';
import { MAX_FRAME_LENGTH } from '@octavo/lib/iso8583/frame.ts';
import fc from 'fast-check';
import { dialTcp, type Listener, type ListenerTls, listenTcp, memoryLink } from './link.ts';
import { makeCertificate } from './tls.fixture.ts';

const host = '127.0.0.1';

test('messages arrive whole and in order in both directions, in both dialects', async () => {
  for (const dialect of ['pos', 'cups'] as const) {
    await withLine({ dialect }, async (near, far) => {
      await near.send(bytes('first'));
      await near.send(bytes('second'));
      await far.send(bytes('answer'));
      deepEqual(await take(far, 2), ['first', 'second']);
      deepEqual(await take(near, 1), ['answer']);
    });
  }
});

test('on the wire stand two binary bytes of length on the POS side, four digits on the switch side', async () => {
  for (const [dialect, expected] of [
    ['pos', '\x00\x05hello'],
    ['cups', '0005hello'],
  ] as const) {
    const { link, socket, close } = await listenerWithSocket(dialect);
    await link.send(bytes('hello'));
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    equal(chunk.toString('latin1'), expected);
    await close();
  }
});

test('however the bytes are cut, the same messages come out', async () => {
  const { link, socket, close } = await listenerWithSocket('cups');
  const frames = link.frames[Symbol.asyncIterator]();
  const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1 });
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(messages, cuts, async (sent, sizes) => {
      const stream = Buffer.concat(sent.flatMap((message) => [digits(message.length), message]));
      let at = 0;
      for (let turn = 0; at < stream.length; turn++) {
        // Small pieces first, each its own write, then the rest.
        const size = turn < 40 ? (sizes[turn % sizes.length] ?? 1) : stream.length;
        socket.write(stream.subarray(at, at + size));
        at += size;
      }
      for (const message of sent) {
        deepEqual(new Uint8Array((await frames.next()).value ?? []), message);
      }
    }),
    { numRuns: 30 },
  );
  await close();
});

test('a line that drops in the middle of a frame ends the frames after the whole ones', async () => {
  const { link, socket, close } = await listenerWithSocket('cups');
  socket.end('0005whole0009half');
  deepEqual(await takeAll(link), ['whole']);
  await close();
});

test('a line that is reset ends the frames too, without an error', async () => {
  const { link, socket, close } = await listenerWithSocket('cups');
  socket.write('0005whole', () => socket.resetAndDestroy());
  ok((await takeAll(link)).length <= 1);
  await close();
});

test('a length that is a lie closes the line; the messages before it are read', async () => {
  for (const lie of ['00x5', '0000', '9999']) {
    const { link, socket, close } = await listenerWithSocket('cups');
    socket.write(`0005whole${lie}and more`);
    deepEqual(await takeAll(link), ['whole']);
    await once(socket.resume(), 'close');
    await rejects(link.send(bytes('after')), LinkDown);
    await close();
  }
});

test('sending after closing rejects with LinkDown, at either end', async () => {
  await withLine({ dialect: 'pos' }, async (near, far) => {
    near.close();
    await rejects(near.send(bytes('late')), LinkDown);
    deepEqual(await takeAll(far), []);
    await rejects(far.send(bytes('late')), LinkDown);
  });
});

test('what was sent before closing still arrives, also what the system had not yet taken', async () => {
  await withLine({ dialect: 'pos' }, async (near, far) => {
    const message = new Uint8Array(MAX_FRAME_LENGTH);
    const sends = Array.from({ length: 15_000 }, () => near.send(message));
    near.close();
    equal((await takeAll(far)).length, sends.length);
    await Promise.all(sends);
  });
});

test('a sender waits for a peer that does not read, and goes on when it does', async () => {
  const { link, socket, close } = await listenerWithSocket('cups');
  const message = new Uint8Array(MAX_FRAME_LENGTH);
  // Thirty megabytes: more than the buffers between the two ever hold.
  let handedOver = 0;
  const sends = Array.from({ length: 15_000 }, async () => {
    await link.send(message);
    handedOver++;
  });
  await sends[0];
  ok(handedOver < sends.length);
  socket.resume();
  await Promise.all(sends);
  equal(handedOver, sends.length);
  await close();
});

test('closing a listener drops its links', async () => {
  const { listener, near } = await openLine({ dialect: 'pos' });
  await listener.close();
  deepEqual(await takeAll(near), []);
});

test('dialling where nobody listens rejects with LinkDown', async () => {
  await rejects(dialTcp({ host, port: 1, dialect: 'pos' })(), LinkDown);
});

describe('TLS', () => {
  const own = makeCertificate('network.octavo.example');
  const foreign = makeCertificate('network.octavo.example');
  const tls: ListenerTls = { key: own.key, certificate: own.certificate };
  const trusting = { authority: own.certificate, serverName: 'network.octavo.example' };

  test('messages pass under a certificate of the trusted authority', async () => {
    await withLine({ dialect: 'cups', tls, dialTls: trusting }, async (near, far) => {
      await near.send(bytes('in private'));
      deepEqual(await take(far, 1), ['in private']);
    });
  });

  test('another authority, another name and no TLS at all are refused', async () => {
    const listener = await listenTcp({ host, port: 0, dialect: 'cups', tls, onLink: () => {} });
    const dial = (change: object): Dial =>
      dialTcp({ host, port: listener.port, dialect: 'cups', tls: { ...trusting, ...change } });
    await rejects(dial({ authority: foreign.certificate })(), LinkDown);
    await rejects(dial({ serverName: 'issuer.octavo.example' })(), LinkDown);
    const plain = await dialTcp({ host, port: listener.port, dialect: 'cups' })();
    await plain.send(bytes('hello'));
    deepEqual(await takeAll(plain), []);
    await listener.close();
  });

  test('a listener that asks for certificates hears only those of its authority', async () => {
    const asking = { ...tls, clientAuthority: own.certificate };
    const heard: string[] = [];
    const listener = await listenTcp({
      host,
      port: 0,
      dialect: 'cups',
      tls: asking,
      onLink: (link) => takeAll(link).then((messages) => heard.push(...messages)),
    });
    const dialWith = dialTcp({
      host,
      port: listener.port,
      dialect: 'cups',
      tls: { ...trusting, key: foreign.key, certificate: foreign.certificate },
    });
    // In TLS 1.3 a caller is done before the listener has judged its certificate.
    const stranger = await dialWith();
    await Promise.allSettled([stranger.send(bytes('let me in'))]);
    deepEqual(await takeAll(stranger), []);
    deepEqual(heard, []);
    await listener.close();
  });
});

describe('a line in memory', () => {
  test('carries messages both ways, also those sent before anyone reads', async () => {
    const [left, right] = memoryLink();
    await left.send(bytes('one'));
    await left.send(bytes('two'));
    await right.send(bytes('back'));
    deepEqual(await take(right, 2), ['one', 'two']);
    deepEqual(await take(left, 1), ['back']);
  });

  test('wakes a reader that waits', async () => {
    const [left, right] = memoryLink();
    const reading = take(right, 1);
    await left.send(bytes('late'));
    deepEqual(await reading, ['late']);
  });

  test('is not changed by what the sender does to its bytes afterwards', async () => {
    const [left, right] = memoryLink();
    const message = bytes('kept');
    await left.send(message);
    message.fill(0);
    deepEqual(await take(right, 1), ['kept']);
  });

  test('drops for both when either end closes; what was sent is still read', async () => {
    const [left, right] = memoryLink();
    await left.send(bytes('last words'));
    right.close();
    deepEqual(await takeAll(right), ['last words']);
    deepEqual(await takeAll(left), []);
    await rejects(left.send(bytes('late')), LinkDown);
    await rejects(right.send(bytes('late')), LinkDown);
  });

  test('drops when its reader leaves, as TCP does', async () => {
    const [left, right] = memoryLink();
    await left.send(bytes('only'));
    for await (const _ of right.frames) break;
    await rejects(left.send(bytes('late')), LinkDown);
  });
});

type LineOptions = {
  readonly dialect: 'pos' | 'cups';
  readonly tls?: ListenerTls;
  readonly dialTls?: { readonly authority: string; readonly serverName: string };
};

/** A listener and one line to it: the caller's end and the listener's. */
async function openLine(options: LineOptions) {
  const { dialect, tls, dialTls } = options;
  const accepted = Promise.withResolvers<Link>();
  const listener: Listener = await listenTcp({
    host,
    port: 0,
    dialect,
    tls,
    onLink: accepted.resolve,
  });
  const near = await dialTcp({ host, port: listener.port, dialect, tls: dialTls })();
  return { listener, near, far: await accepted.promise };
}

async function withLine(
  options: LineOptions,
  act: (near: Link, far: Link) => Promise<void>,
): Promise<void> {
  const { listener, near, far } = await openLine(options);
  try {
    await act(near, far);
  } finally {
    near.close();
    await listener.close();
  }
}

/** A listener's link whose other end is a bare socket. */
async function listenerWithSocket(dialect: 'pos' | 'cups') {
  const accepted = Promise.withResolvers<Link>();
  const listener = await listenTcp({ host, port: 0, dialect, onLink: accepted.resolve });
  const socket: Socket = connect({ host, port: listener.port, noDelay: true });
  socket.on('error', () => {});
  const close = async () => {
    socket.destroy();
    await listener.close();
  };
  return { link: await accepted.promise, socket, close };
}

async function take(link: Link, count: number): Promise<string[]> {
  const frames = link.frames[Symbol.asyncIterator]();
  const messages: string[] = [];
  for (let taken = 0; taken < count; taken++) {
    messages.push(text((await frames.next()).value ?? new Uint8Array(0)));
  }
  return messages;
}

async function takeAll(link: Link): Promise<string[]> {
  const messages: string[] = [];
  for await (const message of link.frames) messages.push(text(message));
  return messages;
}

function bytes(message: string): Uint8Array {
  return new Uint8Array(Buffer.from(message, 'latin1'));
}

function text(message: Uint8Array): string {
  return Buffer.from(message).toString('latin1');
}

function digits(length: number): Buffer {
  return Buffer.from(String(length).padStart(4, '0'), 'latin1');
}
