/**
 * The air between phones and readers. A field has an unguessable name; a reader that knows it puts its field there,
 * a phone that knows it lies beside it, and once the phone is held near, the reader's commands reach its element.
 * Whoever knows the name may be either: it stands for being in the same place.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Clock, Trace } from '@octavo/domain/ports.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import type { Announced } from '@octavo/lib/applet/answer.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';

/**
 * What a reader shows when it is done with a tap, so that a phone can repeat it: a gate that opens or stays shut, and
 * where. Anybody can show it; it proves nothing.
 */
export type Shown = {
  readonly outcome: 'opened' | 'refused' | 'try_again';
  /** Why it stays shut, by name. */
  readonly code?: string | undefined;
  readonly passage?: 'entry' | 'exit' | 'single' | 'companion' | 'check' | undefined;
  readonly place?: { readonly en: string; readonly zh: string } | undefined;
};

/** What a phone's antenna hears. */
export type PhoneEvent =
  /** The field, and what its reader says of itself before it sends a command. */
  | { readonly kind: 'field'; readonly on: boolean; readonly announces?: Announced }
  | { readonly kind: 'command'; readonly id: number; readonly bytes: string }
  | { readonly kind: 'shown'; readonly shown: Shown }
  /** Another phone has come to this place, so this one is out of the air. */
  | { readonly kind: 'replaced' };

/** What a reader hears: whether a phone lies there, and whether it is held near. */
export type ReaderEvent =
  | { readonly kind: 'phone'; readonly state: 'away' | 'nearby' | 'near' }
  | { readonly kind: 'replaced' };

/** One side's stay in the air. */
export type Stay = { end(): void };

/** The air of a world. */
export type Air = {
  attachPhone(name: string, hear: (event: PhoneEvent) => void): Stay;
  attachReader(
    name: string,
    hear: (event: ReaderEvent) => void,
    options?: { readonly announces?: Announced | undefined },
  ): Stay;
  /** Hold the phone near the reader, or take it away. False when no phone is there. */
  hold(name: string, isNear: boolean): boolean;
  /** Let the phone see what the reader shows. False when no phone or no reader is there. */
  show(name: string, shown: Shown): boolean;
  /** The element's response to a command. False when nobody waits for it. */
  answer(name: string, id: number, response: Uint8Array): boolean;
};

/** How long a reader waits for a response before the field counts as lost. */
const RESPONSE_LIMIT_MS = 3_000;

type Waiting = { readonly id: number; settle(response: Uint8Array | undefined): void };

type Place = {
  phone?: ((event: PhoneEvent) => void) | undefined;
  reader?: ((event: ReaderEvent) => void) | undefined;
  announces?: Announced | undefined;
  isHeld: boolean;
  lastId: number;
  waiting?: Waiting | undefined;
};

/** Make the air. `setAir` puts the phone that is held near into the world's field of that name, or takes it out. */
export function createAir(ports: {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly setAir: (name: string, channel: Channel | undefined) => void;
}): Air {
  const places = new Map<string, Place>();
  const placeOf = (name: string): Place => {
    const place = places.get(name) ?? { isHeld: false, lastId: 0 };
    places.set(name, place);
    return place;
  };
  /** Tell the reader where the phone is, and the world whom its terminal can reach. */
  const settle = (name: string, place: Place): void => {
    const isNear = place.phone !== undefined && place.reader !== undefined && place.isHeld;
    ports.setAir(name, isNear ? channelOf(ports, name, place) : undefined);
    if (!isNear) place.waiting?.settle(undefined);
    const state = place.phone === undefined ? 'away' : place.isHeld ? 'near' : 'nearby';
    place.reader?.({ kind: 'phone', state });
    if (place.phone === undefined && place.reader === undefined) places.delete(name);
  };
  return {
    attachPhone(name, hear) {
      const place = placeOf(name);
      const before = place.phone;
      // Set first: whoever is replaced ends its stay at once, and must not find the place empty.
      place.phone = hear;
      place.isHeld = false;
      before?.({ kind: 'replaced' });
      hear(fieldOf(place));
      settle(name, place);
      return {
        end: () => {
          if (place.phone !== hear) return;
          place.phone = undefined;
          place.isHeld = false;
          settle(name, place);
        },
      };
    },
    attachReader(name, hear, { announces } = {}) {
      const place = placeOf(name);
      const before = place.reader;
      place.reader = hear;
      place.announces = announces;
      before?.({ kind: 'replaced' });
      place.phone?.(fieldOf(place));
      settle(name, place);
      return {
        end: () => {
          if (place.reader !== hear) return;
          place.reader = undefined;
          place.phone?.(fieldOf(place));
          settle(name, place);
        },
      };
    },
    hold(name, isNear) {
      const place = places.get(name);
      if (place?.phone === undefined) return false;
      place.isHeld = isNear;
      settle(name, place);
      return true;
    },
    show(name, shown) {
      const place = places.get(name);
      if (place?.phone === undefined || place.reader === undefined) return false;
      place.phone({ kind: 'shown', shown });
      return true;
    },
    answer(name, id, response) {
      const waiting = places.get(name)?.waiting;
      if (waiting?.id !== id) return false;
      waiting.settle(response);
      return true;
    },
  };
}

/** The field as a phone hears it. */
function fieldOf({ reader, announces }: Place): PhoneEvent {
  if (reader === undefined) return { kind: 'field', on: false };
  return { kind: 'field', on: true, ...(announces === undefined ? {} : { announces }) };
}

/** The reader's channel to the phone of a place: one command at a time, each answered within the limit or the field is lost. */
function channelOf(
  { clock, trace }: { readonly clock: Clock; readonly trace: Trace },
  name: string,
  place: Place,
): Channel {
  const air = toHex(sha256(fromAscii(name))).slice(0, 8);
  return async (command) => {
    const { phone } = place;
    if (phone === undefined || !place.isHeld) throw new FieldLost('the phone was taken away');
    const startedMs = clock.nowMs();
    const id = ++place.lastId;
    const givenUp = new AbortController();
    const answered = new Promise<Uint8Array | undefined>((resolve) => {
      place.waiting = { id, settle: resolve };
    });
    phone({ kind: 'command', id, bytes: toHex(command) });
    const late = clock.sleep(RESPONSE_LIMIT_MS, givenUp.signal).then(() => undefined);
    const response = await Promise.race([answered, late]);
    givenUp.abort();
    if (place.waiting?.id === id) place.waiting = undefined;
    if (response === undefined) throw new FieldLost('the phone did not answer');
    trace('apdu', {
      via: 'air',
      air,
      command: toHex(command),
      response: toHex(response),
      tookMs: clock.nowMs() - startedMs,
    });
    return response;
  };
}
