/** Opening what comes over a link and sending what leaves: decoding, MACs, traces. */
import type { MessageFields } from '@octavo/domain/message.ts';
import { tracedMessage } from '@octavo/domain/message-trace.ts';
import { type Link, LinkDown, type MacKeys, type Trace } from '@octavo/domain/ports.ts';
import { type RefusalCode, refusals } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { CUPS_HEADER_LENGTH } from '@octavo/lib/iso8583/header.ts';
import { isCupsMacRight, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { maskMessage } from '@octavo/lib/iso8583/mask.ts';
import { readOrNone } from '@octavo/lib/iso8583/message.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';

/** The ends of the network's links, by whom it shares a link key with. */
export type Peer = 'acquirer' | 'issuer';

/** A message with its elements by number. */
export type Letter = Omit<CupsMessage, 'fields'> & { readonly fields: MessageFields };

/** A frame as it was opened; a malformed one may still show its message type. */
export type Opened =
  | { readonly kind: 'message'; readonly message: Letter }
  | {
      readonly kind: 'refused';
      readonly code: 'message.mac_wrong' | 'message.malformed';
      readonly mti: string | undefined;
      /** Empty when nothing could be read. */
      readonly fields: MessageFields;
    };

/** The network's post room. */
export type Post = {
  open(peer: Peer, frame: Uint8Array): Promise<Opened>;
  /** Seal and send; false when the line broke, and then it may have arrived or not. */
  send(peer: Peer, link: Link, message: CupsMessage): Promise<boolean>;
  /** Write a refusal into the trace. */
  refuse(code: RefusalCode, fields: MessageFields): void;
};

/** Make the post room. */
export function createPost(keys: MacKeys, trace: Trace): Post {
  const mac = (peer: Peer) => (input: Uint8Array) => keys.messageMac(peer, input);
  return {
    async open(peer, frame) {
      const message = readOrNone(() => cups.decode(frame));
      if (message === undefined) {
        return { kind: 'refused', code: 'message.malformed', mti: readType(frame), fields: {} };
      }
      const fields = message.fields as MessageFields;
      if (await isCupsMacRight(message, mac(peer))) {
        return { kind: 'message', message: { ...message, fields } };
      }
      return { kind: 'refused', code: 'message.mac_wrong', mti: message.mti, fields };
    },
    async send(peer, link, message) {
      const bytes = await sealCups(message, mac(peer));
      if (!(await sendBytes(link, bytes))) return false;
      trace('iso8583', {
        leg: peer === 'issuer' ? 'network-issuer' : 'acquirer-network',
        dialect: 'cups',
        message:
          peer === 'issuer'
            ? toHex(maskMessage('cups', bytes, 'pan'))
            : tracedMessage('cups', bytes),
        mti: message.mti,
      });
      return true;
    },
    refuse(code, fields) {
      const { responseCode } = refusals[code];
      const retrievalReference = fields['37'];
      trace('network.refused', {
        code,
        responseCode,
        ...(retrievalReference === undefined ? {} : { retrievalReference }),
      });
    },
  };
}

/** Message type of a frame whose body cannot be read, where the header before it stands as it should. */
function readType(frame: Uint8Array): string | undefined {
  const text = String.fromCharCode(...frame.subarray(0, CUPS_HEADER_LENGTH + 4));
  const header = frame[0] === CUPS_HEADER_LENGTH && /^[0-9A-Za-z]+ *$/.test(text.slice(17, 28));
  const type = text.slice(CUPS_HEADER_LENGTH);
  return header && /^\d{4}$/.test(type) ? type : undefined;
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
