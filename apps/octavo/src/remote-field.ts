/**
 * A phone of the command line at a gate of a world that runs elsewhere. The phone asks for the next command with the
 * answer to the one before, so nobody has to reach into the command line.
 */
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { type Client, type Edge, endpoint } from '@octavo/services/endpoint';
import { z } from 'zod';
import { expectDone } from './phone.ts';
import type { World } from './world.ts';

const Hex = z.string().regex(/^(?:[0-9A-F]{2})*$/);

/** Lay a phone at a reader of the world: brings its last answer, waits for the next command. */
const layPhone = endpoint({
  path: '/operator/lay-phone',
  summary: 'The next command for a phone at a reader, with its answer to the one before',
  callers: ['operator'],
  perMinute: 60_000,
  timeoutMs: 10_000,
  repeat: 'safe by state',
  body: z.strictObject({
    /** The field's name. */
    air: z.string().min(1).max(64),
    answer: Hex.optional(),
    /** The phone is taken away. */
    leaves: z.boolean().optional(),
  }),
  answer: z.strictObject({ command: Hex.optional() }),
});

/** How long a phone waits for a command before it is told that there is none yet. */
const WAIT_MS = 2_000;
/** How long a reader waits for a phone's answer. */
const ANSWER_MS = 3_000;

type Place = {
  /** The command that waits for its phone, and who waits for its answer. */
  asked?:
    | { readonly command: Uint8Array; settle(answer: Uint8Array | undefined): void }
    | undefined;
  /** Called when a command comes. */
  wake?: (() => void) | undefined;
};

/** Let phones elsewhere lie at this world's readers. */
export function addRemoteFields(edge: Edge, world: World): void {
  const places = new Map<string, Place>();
  const placeOf = (air: string): Place => {
    const known = places.get(air);
    if (known !== undefined) return known;
    const place: Place = {};
    places.set(air, place);
    world.setAir(air, channelOf(world, place));
    return place;
  };
  edge.add(layPhone, async ({ air, answer, leaves }) => {
    const place = placeOf(air);
    if (answer !== undefined) {
      place.asked?.settle(fromHex(answer));
      place.asked = undefined;
    }
    if (leaves === true) {
      place.asked?.settle(undefined);
      places.delete(air);
      world.setAir(air, undefined);
      return {};
    }
    if (place.asked === undefined) {
      const stop = new AbortController();
      place.wake = () => stop.abort();
      await world.clock.sleep(WAIT_MS, stop.signal);
    }
    return place.asked === undefined ? {} : { command: toHex(place.asked.command) };
  });
}

function channelOf({ clock }: World, place: Place): Channel {
  return async (command) => {
    const stop = new AbortController();
    const answered = new Promise<Uint8Array | undefined>((resolve) => {
      place.asked = { command, settle: resolve };
    });
    place.wake?.();
    const late = clock.sleep(ANSWER_MS, stop.signal).then(() => undefined);
    const answer = await Promise.race([answered, late]);
    stop.abort();
    if (answer === undefined) {
      place.asked = undefined;
      throw new FieldLost('the phone did not answer');
    }
    return answer;
  };
}

/** Lay a phone that is here at a reader of a world elsewhere; what is answered takes it away again. */
export function layElsewhere(operator: Client, air: string, phone: Channel): () => Promise<void> {
  let isLaid = true;
  const lying = (async () => {
    let answer: string | undefined;
    while (isLaid) {
      const body = answer === undefined ? { air } : { air, answer };
      const { command } = expectDone(await operator(layPhone, body));
      answer = command === undefined ? undefined : toHex(await phone(fromHex(command)));
    }
    expectDone(await operator(layPhone, { air, leaves: true }));
  })();
  return async () => {
    isLaid = false;
    await lying;
  };
}
