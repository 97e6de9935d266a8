/**
 * Serving and reaching a `Fetch` over HTTP. What the world may say to us is bounded here: which hosts and origins,
 * how much, how long; and nothing of a failure goes out but that there was one.
 */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { LinkDown } from '@octavo/domain/ports.ts';
import type { RefusalCode } from '@octavo/domain/refusal.ts';

/** Answers a request; what every service's edge is. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/** A running server. */
export type HttpServer = { readonly url: string; close(): Promise<void> };

/** Where and how to serve. */
export type ServeOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Names by which browsers may reach us, such as `localhost`; with a port only that port. */
  readonly allowedHosts: readonly string[];
  /** Certificate chain and private key in PEM: then browsers speak TLS with us. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Hears of failures that the caller is not told about. */
  readonly onFailure?: (error: unknown) => void;
  /** How long requests under way may take to end when the server closes; 2000 when absent. */
  readonly graceMs?: number;
};

/** The longest body that is taken, in bytes. */
export const MAX_BODY_LENGTH = 256 * 1024;

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_HEADER_LENGTH = 16 * 1024;

/** Serve. Rejects with the system's error when the port is taken. */
export async function serveHttp(fetch: Fetch, options: ServeOptions): Promise<HttpServer> {
  const { onFailure = () => {} } = options;
  const failed = (error: unknown): Response => {
    onFailure(error);
    return refuse(500, 'unavailable', 'internal failure');
  };
  const guarded = async (request: Request, cut: () => void): Promise<Response> => {
    const refusal = refusedByHeaders(request, options.allowedHosts);
    if (refusal !== undefined) return refusal;
    const whole = await withBoundedBody(request);
    if (whole === undefined) return refuse(413, 'request.malformed', 'body too long');
    return quiet(await fetch(whole), (error) => {
      onFailure(error);
      cut();
    });
  };
  const answer: Parameters<typeof getRequestListener>[0] = (request, { outgoing }) =>
    guarded(request, () => outgoing.destroy()).catch(failed);
  const listener = getRequestListener(answer, {
    overrideGlobalObjects: false,
    // Only a request line or a Host that is no URL comes here; it is not worth a report.
    errorHandler: () => refuse(400, 'request.malformed', 'not a request'),
  });
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxHeaderSize: MAX_HEADER_LENGTH,
  };
  const { tls } = options;
  const server: Server =
    tls === undefined
      ? createServer(limits, listener)
      : createTlsServer({ ...limits, ...tls }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    url: urlOf(server, tls !== undefined),
    close: () => closeServer(server, options.graceMs ?? 2_000),
  };
}

/** When an answer is given up at the latest; callers have limits of their own, which end earlier. */
const PEER_TIMEOUT_MS = 300_000;

/** Reach the peer at a base URL: a request built for any origin goes there instead. Rejects with `LinkDown`. */
export function fetchFrom(baseUrl: string): (request: Request) => Promise<Response> {
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  return async (request) => {
    const asked = new URL(request.url);
    // Set part by part: a path that begins with two slashes would name another host if it were resolved.
    const target = new URL(base);
    target.pathname = prefix + asked.pathname;
    target.search = asked.search;
    const headers = new Headers(request.headers);
    for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
    const body = request.body === null ? null : await request.arrayBuffer();
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(PEER_TIMEOUT_MS)]);
    try {
      const { method } = request;
      const init = { method, headers, body, signal, redirect: 'manual' } as const;
      const answer = await globalThis.fetch(target, init);
      // Read whole here: a body that breaks off is a line that dropped, not an answer.
      const { status } = answer;
      const whole = [204, 205, 304].includes(status) ? null : await answer.arrayBuffer();
      return new Response(whole, { status, headers: answer.headers });
    } catch (error) {
      throw new LinkDown(`no answer from ${base.origin}: ${reasonOf(error)}`);
    }
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The refusal that a request's host or origin deserves. A page of an unknown origin may not even read. */
function refusedByHeaders(request: Request, allowed: readonly string[]): Response | undefined {
  const host = request.headers.get('host');
  if (host === null || !isAllowed(host, allowed)) {
    return refuse(421, 'request.malformed', 'host not served here');
  }
  const origin = request.headers.get('origin');
  if (origin === null) return undefined;
  const from = /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
  if (from !== undefined && isAllowed(from, allowed)) return undefined;
  return refuse(403, 'caller.not_allowed', 'origin not allowed');
}

function isAllowed(host: string, allowed: readonly string[]): boolean {
  const asked = host.toLowerCase();
  const withoutPort = asked.replace(/:\d{1,5}$/, '');
  return allowed.some((entry) => entry === asked || entry === withoutPort);
}

/** The request, or undefined when its body is too long. A body of unknown length is read first. */
async function withBoundedBody(request: Request): Promise<Request | undefined> {
  const length = request.headers.get('content-length');
  // Node holds a body to the length it was announced with.
  if (length !== null) return Number(length) <= MAX_BODY_LENGTH ? request : undefined;
  if (request.headers.get('transfer-encoding') === null || request.body === null) return request;
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body) {
    total += chunk.length;
    if (total > MAX_BODY_LENGTH) return undefined;
    chunks.push(chunk);
  }
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}

/** The response, whose body's failure cuts the line: the adaptor would send the error's message out. */
function quiet(response: Response, failed: (error: unknown) => void): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  let isGone = false;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        // Whoever reads may have gone while we waited; then there is nothing to close.
        if (isGone) return;
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        failed(error);
        controller.close();
      }
    },
    cancel: (reason) => {
      isGone = true;
      return reader.cancel(reason);
    },
  });
  return new Response(body, response);
}

function refuse(status: number, code: RefusalCode, reason: string): Response {
  return Response.json({ code, detail: { reason } }, { status });
}

function urlOf(server: Server, isTls: boolean): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${isTls ? 'https' : 'http'}://${host}:${address.port}`;
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // Streams that never end by themselves are cut.
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
