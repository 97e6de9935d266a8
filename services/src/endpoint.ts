/**
 * An endpoint is a value: path, who may call, how often, what goes in and what comes out. Serving it,
 * calling it and describing it (OpenAPI) all follow from that one value.
 */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import { type Clock, LinkDown, StorageUnavailable } from '@octavo/domain/ports.ts';
import {
  isRefusalCode,
  isRefused,
  type Refused,
  refusals,
  refused,
} from '@octavo/domain/refusal.ts';
import { type CallMeter, createCallMeter } from './call-meter.ts';
import type { Caller, Gate, Signer } from './caller.ts';

/** Answers a request. Every service is one, and so is every way to reach one. */
export type Fetch = (request: Request) => Response | Promise<Response>;

/** Who may call an endpoint: a service by its signature, the operator, a holder or a cashier by a bearer key, or anyone. */
export type Party =
  | 'tokens'
  | 'issuer'
  | 'network'
  | 'wallet'
  | 'acquirer'
  | 'terminal'
  | 'transit'
  | 'gate'
  | 'operator'
  | 'holder'
  | 'cashier'
  | 'anyone';

/** One endpoint. All are POST with a JSON body, so that nothing private stands in a URL. */
export type Endpoint<Body extends z.ZodType, Answer extends z.ZodType> = {
  readonly path: `/${string}`;
  readonly summary: string;
  readonly callers: readonly Party[];
  /** Calls a minute from one caller before `request.too_often`. */
  readonly perMinute: number;
  /** How long a caller waits for the answer; five seconds when left out. */
  readonly timeoutMs?: number;
  /** What a repeat does, for the description. */
  readonly repeat: 'same answer by request id' | 'reads only' | 'safe by state';
  readonly body: Body;
  readonly answer: Answer;
};

/** Declare an endpoint. */
export function endpoint<Body extends z.ZodType, Answer extends z.ZodType>(
  value: Endpoint<Body, Answer>,
): Endpoint<Body, Answer> {
  return value;
}

/** The longest request body that is looked at, in characters; who serves us bounds the bytes. */
const MAX_BODY_LENGTH = 65_536;

const RefusalBody = z.object({
  code: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** A service's edge under construction: add endpoints, then hand out `fetch`. */
export type Edge = {
  add<Body extends z.ZodType, Answer extends z.ZodType>(
    endpoint: Endpoint<Body, Answer>,
    handle: (body: z.output<Body>, caller: Caller) => Promise<z.input<Answer> | Refused>,
  ): void;
  readonly fetch: Fetch;
  /** The OpenAPI description of what was added. */
  describe(): Record<string, unknown>;
};

/** Begin a service's edge. `gate` tells who is calling; nothing is handled before it has. */
export function createEdge(service: string, gate: Gate, clock: Clock): Edge {
  const app = new OpenAPIHono();
  const meter = createCallMeter(clock);
  app.onError((error) => {
    if (error instanceof StorageUnavailable) return refusalResponse(refused('unavailable'));
    // A bug is not ours to answer: it goes to whoever called or serves us.
    throw error;
  });
  app.notFound((context) => context.json({ code: 'request.malformed' }, 404));
  return {
    add(spec, handle) {
      app.openAPIRegistry.registerPath(describeRoute(service, spec));
      app.post(spec.path, async (context) => {
        const raw = await context.req.text();
        const answer = await answerCall(spec, handle, gate, meter, context.req.raw, raw);
        return isRefused(answer) ? refusalResponse(answer) : Response.json(answer);
      });
    },
    fetch: (request) => app.fetch(request),
    describe: () =>
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: `Octavo ${service}`, version: '0.1.0' },
      }) as unknown as Record<string, unknown>,
  };
}

async function answerCall<Body extends z.ZodType, Answer extends z.ZodType>(
  spec: Endpoint<Body, Answer>,
  handle: (body: z.output<Body>, caller: Caller) => Promise<z.input<Answer> | Refused>,
  gate: Gate,
  meter: CallMeter,
  request: Request,
  raw: string,
): Promise<z.input<Answer> | Refused> {
  if (raw.length > MAX_BODY_LENGTH) return refused('request.malformed');
  const caller = await gate(request, raw, spec.callers);
  if (isRefused(caller)) return caller;
  if (!meter(`${spec.path} ${caller.party} ${caller.bearer ?? ''}`, spec.perMinute)) {
    return refused('request.too_often');
  }
  const body = spec.body.safeParse(parseJson(raw));
  if (!body.success) return malformed(body.error);
  return handle(body.data as z.output<Body>, caller);
}

/** Where the body is wrong, never what stood there: it may be a secret. Of a path in it only what is a name. */
function malformed(error: z.ZodError): Refused {
  const path = error.issues[0]?.path.map(String) ?? [];
  const end = path.findIndex((name) => !/^([A-Za-z]\w{0,31}|\d{1,3})$/.test(name));
  const field = (end === -1 ? path : path.slice(0, end)).join('.');
  return refused('request.malformed', field === '' ? undefined : { field });
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refusalResponse(answer: Refused): Response {
  const { code, detail } = answer;
  return Response.json(detail === undefined ? { code } : { code, detail }, {
    status: refusals[code].http,
  });
}

function describeRoute(service: string, spec: Endpoint<z.ZodType, z.ZodType>) {
  return {
    method: 'post' as const,
    path: spec.path,
    tags: [service],
    summary: spec.summary,
    description: `Callers: ${spec.callers.join(', ')}. At most ${spec.perMinute} a minute each. A repeat: ${spec.repeat}.`,
    request: { body: { content: { 'application/json': { schema: spec.body } } } },
    responses: {
      200: {
        description: 'Done',
        content: { 'application/json': { schema: spec.answer } },
      },
      default: {
        description: 'Refused by name',
        content: { 'application/json': { schema: RefusalBody } },
      },
    },
  };
}

/** Calls endpoints of one peer. A peer that cannot be reached in time, or talks nonsense, is `unavailable`. */
export type Client = <Body extends z.ZodType, Answer extends z.ZodType>(
  endpoint: Endpoint<Body, Answer>,
  body: z.input<Body>,
) => Promise<z.output<Answer> | Refused>;

/** How long a call may take before it counts as unanswered. */
export const CALL_TIMEOUT_MS = 5_000;

/** A client of the peer behind `fetch`, which signs (or shows its bearer key) as `signer` does. */
export function connectTo(fetch: Fetch, signer: Signer, clock: Clock): Client {
  return async (spec, body) => {
    const raw = JSON.stringify(body);
    const givenUp = new AbortController();
    const request = new Request(`http://octavo.internal${spec.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await signer(spec.path, raw)) },
      body: raw,
      signal: givenUp.signal,
    });
    const timeoutMs = spec.timeoutMs ?? CALL_TIMEOUT_MS;
    const heard = await within(clock, timeoutMs, () => reach(fetch, request));
    if (heard === undefined) {
      givenUp.abort();
      return refused('unavailable');
    }
    const answer = parseJson(heard.text);
    if (heard.ok) {
      const read = spec.answer.safeParse(answer);
      return read.success ? (read.data as z.output<typeof spec.answer>) : refused('unavailable');
    }
    const refusal = RefusalBody.safeParse(answer);
    if (!refusal.success || !isRefusalCode(refusal.data.code)) return refused('unavailable');
    return refused(refusal.data.code, refusal.data.detail);
  };
}

type Heard = { readonly ok: boolean; readonly text: string };

/** The whole answer, its body too: a peer may stop in the middle of it. */
async function reach(fetch: Fetch, request: Request): Promise<Heard | undefined> {
  try {
    const response = await fetch(request);
    return { ok: response.ok, text: await response.text() };
  } catch (error) {
    if (error instanceof LinkDown) return undefined;
    throw error;
  }
}

/** The answer, or undefined when it took longer than `durationMs`. */
export async function within<T>(
  clock: Clock,
  durationMs: number,
  act: () => Promise<T>,
): Promise<T | undefined> {
  const stop = new AbortController();
  try {
    return await Promise.race([act(), clock.sleep(durationMs, stop.signal).then(() => undefined)]);
  } finally {
    // A reason that is given saves making one, a stack and all, for every call.
    stop.abort('answered');
  }
}
