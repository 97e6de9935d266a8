/** How a page asks the world: POST with JSON on its own origin. Refusals are thrown by name; a lost line is its own error. */

import { noteWorldClock } from './world-clock.ts';

/** The world refused by name. `detail` says where or how often; it holds nothing secret. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  readonly detail: Readonly<Record<string, string | number>>;
  constructor(code: string, detail: Readonly<Record<string, string | number>> = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** Nobody answered: no connection, or a part of the world that is down. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** How long a call may take; a page that waits longer shows that the line is lost. */
const LIMIT_MS = 10_000;

/** Ask. `key` is a bearer key such as `holder:…`. Throws `Refused` or `ConnectionLost`. */
export async function ask<Answer>(
  path: `/${string}`,
  body: unknown,
  options: {
    readonly key?: string | undefined;
    readonly limitMs?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Answer> {
  const limit = AbortSignal.timeout(options.limitMs ?? LIMIT_MS);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  const response = await send(path, body, options.key, signal);
  const answer = await readJson(response);
  if (response.ok) return answer as Answer;
  const { code, detail } = (answer ?? {}) as {
    code?: unknown;
    detail?: Record<string, string | number>;
  };
  if (response.status >= 500 && (code === undefined || code === 'unavailable')) {
    throw new ConnectionLost(`${path} is unavailable`);
  }
  throw new Refused(typeof code === 'string' ? code : 'unavailable', detail);
}

/** Follow a stream of lines of JSON. Ends when the other side ends it; throws `ConnectionLost` when the line drops. */
export async function* listen<Event>(
  path: `/${string}`,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const response = await send(path, body, undefined, signal);
  if (!response.ok || response.body === null) throw new ConnectionLost(`${path} is unavailable`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new ConnectionLost(String(error));
    });
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Event;
  }
}

async function send(
  path: string,
  body: unknown,
  key: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (key !== undefined) headers.authorization = `Bearer ${key}`;
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal,
    });
    noteWorldClock(response.headers);
    return response;
  } catch (error) {
    throw new ConnectionLost(String(error));
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new ConnectionLost(String(error));
  }
}
