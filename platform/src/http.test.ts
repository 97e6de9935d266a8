import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { LinkDown } from '@octavo/domain/ports.ts';
import { type Fetch, fetchFrom, type HttpServer, MAX_BODY_LENGTH, serveHttp } from './http.ts';

const host = '127.0.0.1';

/** Answers with what it got. */
const echo: Fetch = async (request) =>
  Response.json({
    method: request.method,
    path: new URL(request.url).pathname + new URL(request.url).search,
    length: (await request.arrayBuffer()).byteLength,
  });

test('a request under an allowed host is answered, with any port of it', async () => {
  await withServer(echo, async (server) => {
    for (const name of ['localhost', 'LOCALHOST:1234', new URL(server.url).host]) {
      const answer = await ask(server, { headers: { host: name } });
      deepEqual([answer.status, answer.json], [200, { method: 'GET', path: '/', length: 0 }]);
    }
  });
});

test('another host is answered 421, so that a name rebound to this machine reads nothing', async () => {
  await withServer(echo, async (server) => {
    for (const name of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80']) {
      const answer = await ask(server, { headers: { host: name } });
      deepEqual([answer.status, answer.json.code], [421, 'request.malformed'], name);
    }
  });
});

test('an entry with a port allows that port alone', async () => {
  await withServer(
    echo,
    async (server) => {
      equal((await ask(server, { headers: { host: 'pay.example:8080' } })).status, 200);
      equal((await ask(server, { headers: { host: 'pay.example:8081' } })).status, 421);
      equal((await ask(server, { headers: { host: 'pay.example' } })).status, 421);
    },
    { allowedHosts: ['pay.example:8080'] },
  );
});

test('a page of another origin is answered 403, also one without a name', async () => {
  let reached = 0;
  const counting: Fetch = (request) => {
    reached++;
    return echo(request);
  };
  await withServer(counting, async (server) => {
    const from = (origin: string) => ask(server, { headers: { host: 'localhost', origin } });
    for (const origin of [
      'https://evil.example',
      'null',
      'file://',
      'http://localhost@evil.example',
    ]) {
      const answer = await from(origin);
      deepEqual([answer.status, answer.json.code], [403, 'caller.not_allowed'], origin);
    }
    equal(reached, 0);
    equal((await from('http://localhost:8080')).status, 200);
  });
});

test('a body of 256 KiB is taken, one byte more is refused, announced or not', async () => {
  await withServer(echo, async (server) => {
    for (const chunked of [false, true]) {
      const post = (length: number) =>
        ask(server, { method: 'POST', body: Buffer.alloc(length, 7), chunked });
      const taken = await post(MAX_BODY_LENGTH);
      deepEqual([taken.status, taken.json.length], [200, MAX_BODY_LENGTH]);
      const refused = await post(MAX_BODY_LENGTH + 1);
      deepEqual([refused.status, refused.json.code], [413, 'request.malformed']);
    }
  });
});

test('a failure goes out as 500 without a word of it, and is reported inside', async () => {
  const failures: unknown[] = [];
  const failing: Fetch = (request) => {
    if (request.url.endsWith('/at-once')) throw new Error('secret of the house');
    return Promise.reject(new Error('secret of the house'));
  };
  await withServer(
    failing,
    async (server) => {
      for (const path of ['/at-once', '/later']) {
        const answer = await ask(server, { path });
        equal(answer.status, 500);
        deepEqual(answer.json, { code: 'unavailable', detail: { reason: 'internal failure' } });
        ok(!JSON.stringify(answer.headers).includes('secret'));
      }
      equal(failures.length, 2);
    },
    { onFailure: (error) => failures.push(error) },
  );
});

test('a page that goes away ends the stream it was sent', async () => {
  const gone = Promise.withResolvers<void>();
  const endless: Fetch = () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from('x')),
        cancel: () => gone.resolve(),
      }),
    );
  await withServer(endless, async (server) => {
    const answer = await fetch(server.url);
    await answer.body?.cancel();
    await gone.promise;
  });
});

test('a body that fails while it is sent cuts the line, and tells nothing either', async () => {
  const failing: Fetch = (request) => {
    const chunks = request.url.endsWith('/later') ? ['first'] : [];
    const pull = (controller: ReadableStreamDefaultController) => {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.error(new Error('secret of the house'));
      else controller.enqueue(Buffer.from(chunk));
    };
    return new Response(new ReadableStream({ pull }));
  };
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const act = async (server: HttpServer) => {
    for (const path of ['/at-once', '/later']) {
      await rejects(
        fetch(new URL(path, server.url)).then((response) => response.text()),
        TypeError,
      );
    }
    equal(failures.length, 2);
    equal((await ask(server, { headers: { host: 'evil.example' } })).status, 421);
  };
  await withServer(failing, act, { onFailure });
});

test('what is no request is refused without reaching anyone', async () => {
  const unreachable: Fetch = () => {
    throw new Error('reached');
  };
  await withServer(unreachable, async (server) => {
    ok((await rawAnswer(server, 'GET / HTTP/1.1\r\nHost:\r\n\r\n')).startsWith('HTTP/1.1 4'));
    for (const lines of ['GARBAGE\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']) {
      ok((await rawAnswer(server, lines)).startsWith('HTTP/1.1 400 '), lines);
    }
    const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
    ok((await rawAnswer(server, long)).startsWith('HTTP/1.1 431 '));
  });
});

test('closing ends a stream that would never end', async () => {
  const endless: Fetch = () =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('x')) }),
    );
  const server = await serveHttp(endless, {
    host,
    port: 0,
    allowedHosts: [host],
    graceMs: 1,
  });
  const answer = await fetch(server.url);
  const reader = answer.body?.getReader();
  equal((await reader?.read())?.value?.length, 1);
  await server.close();
  await rejects(Promise.resolve(reader?.read()));
});

test('a port that is taken rejects', async () => {
  await withServer(echo, async (server) => {
    const port = Number(new URL(server.url).port);
    await rejects(serveHttp(echo, { host, port, allowedHosts: [host] }), { code: 'EADDRINUSE' });
  });
});

test('a request built for any origin is sent to the peer, with its path, query, method and body', async () => {
  await withServer(echo, async (server) => {
    const peer = fetchFrom(server.url);
    const answer = await peer(
      new Request('http://octavo.internal/tokens/list?page=2', { method: 'POST', body: 'hello' }),
    );
    deepEqual(await answer.json(), { method: 'POST', path: '/tokens/list?page=2', length: 5 });
    const get = await peer(new Request('http://octavo.internal/health'));
    deepEqual(await get.json(), { method: 'GET', path: '/health', length: 0 });
  });
});

test('no path leads away from the peer', async () => {
  await withServer(echo, async (server) => {
    const peer = fetchFrom(`${server.url}/under/`);
    const answer = await peer(new Request('http://octavo.internal//evil.example/x'));
    deepEqual(await answer.json(), { method: 'GET', path: '/under//evil.example/x', length: 0 });
  });
});

test('headers are carried, those of the first hop are not', async () => {
  const headers: Fetch = (request) => Response.json(Object.fromEntries(request.headers));
  await withServer(headers, async (server) => {
    const answer = await fetchFrom(server.url)(
      new Request('http://octavo.internal/', { headers: { 'x-signature': 'abc', host: 'other' } }),
    );
    const seen = (await answer.json()) as Record<string, unknown>;
    deepEqual([seen['x-signature'], seen.host], ['abc', new URL(server.url).host]);
  });
});

test('a peer that is not there rejects with LinkDown', async () => {
  await rejects(fetchFrom('http://127.0.0.1:1')(new Request('http://octavo.internal/')), LinkDown);
});

test('a peer that breaks off in the middle of its answer rejects with LinkDown too', async () => {
  const breaking: Fetch = () => {
    const chunks = ['first'];
    const pull = (controller: ReadableStreamDefaultController) => {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.error(new Error('cut'));
      else controller.enqueue(Buffer.from(chunk));
    };
    return new Response(new ReadableStream({ pull }));
  };
  const act = async (server: HttpServer) => {
    await rejects(fetchFrom(server.url)(new Request('http://octavo.internal/')), LinkDown);
  };
  await withServer(breaking, act, { onFailure: () => undefined });
});

async function withServer(
  fetch: Fetch,
  act: (server: HttpServer) => Promise<void>,
  options: { allowedHosts?: readonly string[]; onFailure?: (error: unknown) => void } = {},
): Promise<void> {
  const allowedHosts = ['localhost', host];
  const server = await serveHttp(fetch, { host, port: 0, allowedHosts, ...options });
  try {
    await act(server);
  } finally {
    await server.close();
  }
}

type Answer = {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly json: Record<string, unknown>;
};

/** Ask by Node's own client, which, unlike fetch, sends any host. */
async function ask(
  server: HttpServer,
  options: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly body?: Buffer;
    readonly chunked?: boolean;
  },
): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, body, chunked = false } = options;
  const length = body === undefined || chunked ? {} : { 'content-length': body.length };
  const asking = httpRequest(new URL(path, server.url), {
    method,
    headers: { ...length, ...headers },
    agent: false,
  });
  // A server that refuses a long body does not wait for all of it.
  asking.on('error', () => {});
  if (chunked && body !== undefined) asking.write(body.subarray(0, 10));
  asking.end(chunked ? body?.subarray(10) : body);
  const [response] = await once(asking, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, json: JSON.parse(text || '{}') };
}

async function rawAnswer(server: HttpServer, lines: string): Promise<string> {
  const socket = connect({ host, port: Number(new URL(server.url).port) });
  socket.end(lines);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}
