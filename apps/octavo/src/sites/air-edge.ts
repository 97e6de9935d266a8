/** The air over HTTP: streams of events as lines of JSON, and the acts of a phone. */
import type { Clock } from '@octavo/domain/ports.ts';
import { refused } from '@octavo/domain/refusal.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { createGate } from '@octavo/services/caller';
import { createEdge, type Edge, endpoint, type Fetch } from '@octavo/services/endpoint';
import { z } from 'zod';
import type { Air, PhoneEvent, ReaderEvent, Stay } from './air.ts';

/** A field's name: 32 hexadecimal digits, so nobody guesses it. */
const AirName = z.string().regex(/^[0-9a-f]{32}$/);

const hold = endpoint({
  path: '/air/hold',
  summary: 'Hold the phone near the reader, or take it away',
  callers: ['anyone'],
  perMinute: 6_000,
  repeat: 'safe by state',
  body: z.strictObject({ air: AirName, near: z.boolean() }),
  answer: z.strictObject({}),
});

const answer = endpoint({
  path: '/air/answer',
  summary: 'The element’s response to a reader’s command',
  callers: ['anyone'],
  perMinute: 60_000,
  repeat: 'safe by state',
  body: z.strictObject({
    air: AirName,
    id: z.int().min(1),
    bytes: z.string().regex(/^(?:[0-9A-F]{2}){2,258}$/),
  }),
  answer: z.strictObject({}),
});

/** A name as a reader shows it. */
const ShownName = z.string().min(1).max(40);

const show = endpoint({
  path: '/air/show',
  summary: 'Let the phone see what the reader shows',
  callers: ['anyone'],
  perMinute: 6_000,
  repeat: 'safe by state',
  body: z.strictObject({
    air: AirName,
    shown: z.strictObject({
      outcome: z.enum(['opened', 'refused', 'try_again']),
      code: z
        .string()
        .regex(/^[a-z_]+\.[a-z_]+$/)
        .max(64)
        .optional(),
      passage: z.enum(['entry', 'exit', 'single', 'companion', 'check']).optional(),
      place: z.strictObject({ en: ShownName, zh: ShownName }).optional(),
    }),
  }),
  answer: z.strictObject({}),
});

/** Streams that may be open at once; a machine with more phones than this is not a laptop. */
const MAX_STREAMS = 2_000;

/** The edge of the air: `/air/phone` and `/air/reader` answer with streams, the rest are endpoints. */
export function airEdge(air: Air, clock: Clock): { readonly fetch: Fetch } {
  const edge: Edge = createEdge('air', createGate('operator', NOBODY, '', clock), clock);
  edge.add(hold, async ({ air: name, near }) => {
    return air.hold(name, near) ? {} : refused('air.nobody');
  });
  edge.add(answer, async ({ air: name, id, bytes }) => {
    return air.answer(name, id, fromHex(bytes)) ? {} : refused('air.nobody');
  });
  edge.add(show, async ({ air: name, shown }) => {
    return air.show(name, shown) ? {} : refused('air.nobody');
  });
  let open = 0;
  const stream = async (request: Request, side: 'phone' | 'reader'): Promise<Response> => {
    const asked = PLACES[side].safeParse(await bodyOf(request));
    if (request.method !== 'POST' || !asked.success) return refusal('request.malformed', 400);
    if (open >= MAX_STREAMS) return refusal('request.too_often', 429);
    open += 1;
    const { air: name, announces } = asked.data;
    return lines<PhoneEvent | ReaderEvent>(
      clock,
      (write) =>
        side === 'phone'
          ? air.attachPhone(name, write)
          : air.attachReader(name, write, { announces }),
      () => {
        open -= 1;
      },
    );
  };
  return {
    fetch: (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/air/phone') return stream(request, 'phone');
      if (pathname === '/air/reader') return stream(request, 'reader');
      return edge.fetch(request);
    },
  };
}

/** What a stream is asked with; a gate says at its field what it is. */
const Place: z.ZodType<{ air: string; announces?: 'transit' | undefined }> = z.strictObject({
  air: AirName,
});
const PLACES = {
  phone: Place,
  reader: z.strictObject({ air: AirName, announces: z.literal('transit').optional() }),
};

const NOBODY = { verify: async () => false };

async function bodyOf(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refusal(code: string, status: number): Response {
  return Response.json({ code }, { status });
}

/** How often a line without news is written, so that both ends notice a line that is gone. */
const HEARTBEAT_MS = 5_000;

/** A response that writes each event as a line of JSON until the other end goes away. */
function lines<Event>(
  clock: Clock,
  attach: (write: (event: Event) => void) => Stay,
  onEnd: () => void,
): Response {
  const encoder = new TextEncoder();
  const gone = new AbortController();
  let stay: Stay | undefined;
  const end = () => {
    if (gone.signal.aborted) return;
    gone.abort();
    stay?.end();
    onEnd();
  };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const write = (value: unknown) => {
        if (gone.signal.aborted) return;
        controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      };
      stay = attach((event) => {
        write(event);
        if ((event as { kind?: string }).kind === 'replaced') {
          controller.close();
          end();
        }
      });
      const beat = async (): Promise<void> => {
        while (!gone.signal.aborted) {
          await clock.sleep(HEARTBEAT_MS, gone.signal);
          write({ kind: 'beat' });
        }
      };
      void beat();
    },
    cancel: end,
  });
  return new Response(body, {
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
  });
}
