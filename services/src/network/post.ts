/** Opening what comes over a link and sending what leaves: decoding, MACs, traces. */
import { rangeOfToken } from '@octavo/domain/demo.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import { type Link, LinkDown, type MacKeys, type Trace } from '@octavo/domain/ports.ts';
import { type RefusalCode, refusals } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { isCupsMacRight, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { maskMessage } from '@octavo/lib/iso8583/mask.ts';
import { Iso8583Error } from '@octavo/lib/iso8583/message.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';

/** The ends of the network's links, by whom it shares a link key with. */
export type Peer = 'acquirer' | 'issuer';

/** A message with its elements by number. */
export type Letter = Omit<CupsMessage, 'fields'> & { readonly fields: MessageFields };

/** A frame as it was opened; a malformed one may still show its message type and sender. */
export type Opened =
  | { readonly kind: 'message'; readonly message: Letter }
  | {
      readonly kind: 'refused';
      readonly code: 'message.mac_wrong';
      readonly message: Letter;
      readonly head?: undefined;
    }
  | {
      readonly kind: 'refused';
      readonly code: 'message.malformed';
      readonly message?: undefined;
      readonly head: { readonly mti: string; readonly source: string } | undefined;
    };

/** The network's post room. */
export type Post = {
  open(peer: Peer, frame: Uint8Array): Promise<Opened>;
  /** Seal and send; false when the line is down, and then nothing was sent. */
  send(peer: Peer, link: Link, message: CupsMessage): Promise<boolean>;
  /** Write a refusal into the trace. */
  refuse(code: RefusalCode, fields: MessageFields | undefined): void;
};

/** Make the post room. */
export function createPost(keys: MacKeys, trace: Trace): Post {
  const mac = (peer: Peer) => (input: Uint8Array) => keys.messageMac(peer, input);
  return {
    async open(peer, frame) {
      const message = decode(frame);
      if (message === undefined) {
        return { kind: 'refused', code: 'message.malformed', head: readHead(frame) };
      }
      const right = await isCupsMacRight(message, mac(peer));
      const letter = { ...message, fields: message.fields as MessageFields };
      return right
        ? { kind: 'message', message: letter }
        : { kind: 'refused', code: 'message.mac_wrong', message: letter };
    },
    async send(peer, link, message) {
      const bytes = await sealCups(message, mac(peer));
      if (!(await sendBytes(link, bytes))) return false;
      trace('iso8583', {
        leg: peer === 'issuer' ? 'network-issuer' : 'acquirer-network',
        dialect: 'cups',
        message: toHex(maskMessage('cups', bytes, showsToken(peer, message) ? 'none' : 'pan')),
        mti: message.mti,
      });
      return true;
    },
    refuse(code, fields) {
      const reference = fields?.['37'];
      const detail = { code, responseCode: refusals[code].responseCode };
      trace(
        'network.refused',
        reference === undefined ? detail : { ...detail, retrievalReference: reference },
      );
    },
  };
}

function decode(frame: Uint8Array): CupsMessage | undefined {
  try {
    return cups.decode(frame);
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}

/** Message type and source of a frame whose body cannot be read, where the header stands as it should. */
function readHead(
  frame: Uint8Array,
): { readonly mti: string; readonly source: string } | undefined {
  const text = String.fromCharCode(...frame.subarray(0, 50));
  const source = /^[0-9A-Za-z]+(?= *$)/.exec(text.slice(17, 28))?.[0];
  const mti = /^\d{4}$/.exec(text.slice(46, 50))?.[0];
  if (frame[0] !== 0x2e || source === undefined || mti === undefined) return undefined;
  return { mti, source };
}

async function sendBytes(link: Link, bytes: Uint8Array): Promise<boolean> {
  try {
    await link.send(bytes);
    return true;
  } catch (error) {
    if (error instanceof LinkDown) return false;
    throw error;
  }
}

/** Answers to acquirers repeat the number they sent; it may be shown only when it is a token. */
function showsToken(peer: Peer, message: CupsMessage): boolean {
  const number = message.fields[2];
  return peer === 'acquirer' && (number === undefined || rangeOfToken(number) !== undefined);
}
