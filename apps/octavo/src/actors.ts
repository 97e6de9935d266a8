/** Who plays in a story: the holder, their phones, and the cards the demo bank prints for them. */
import { cardRanges, testCards } from '@octavo/domain/demo.ts';
import type { Random, TraceEvent } from '@octavo/domain/ports.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { luhnDigit } from '@octavo/lib/emv/pan.ts';
import {
  type ElementHost,
  type MemoryElement,
  memoryElement,
  openElement,
} from '@octavo/platform/element.ts';
import { arm } from '@octavo/platform/element-commands.ts';
import { createPasskey, type Passkey } from '@octavo/platform/passkey.ts';
import * as issuer from '@octavo/services/issuer';
import { expectDone, type Phone, type PrintedCard, RELYING_PARTY, signIn } from './phone.ts';
import type { Stage } from './stage.ts';

/** Hears every exchange with an element, as an event of type `apdu`. */
export type Listener = (event: TraceEvent) => void;

/** A phone with its element in memory, so that a cheat can copy it or set it back. */
export type Handset = {
  readonly phone: Phone;
  readonly memory: MemoryElement;
  readonly host: ElementHost;
  readonly passkey: Passkey;
};

/** The mobile number the demo bank knows for a card: a test card's own, else one made from the number's last digits. */
export function mobileOf(pan: string): string {
  return testCards.find((card) => card.pan === pan)?.mobile ?? `139${pan.slice(-9, -1)}`;
}

/** A fresh valid number of the demo bank's first range, so that stories on one world do not meet. */
export function freshNumber(random: Random): string {
  const range = cardRanges[0];
  assert(range !== undefined);
  const digits = Array.from(random(range.length - range.bin.length - 1), (byte) => byte % 10);
  const body = range.bin + digits.join('');
  return body + luhnDigit(body);
}

/** Have the demo bank print a card with this number. */
export async function printCard(stage: Stage, pan: string): Promise<PrintedCard> {
  const printed = expectDone(
    await stage.operator(issuer.printCard, { pan, mobile: mobileOf(pan) }),
  );
  return { pan, expiry: printed.expiry, cvn2: printed.cvn2 };
}

/** Power an element on; `listen` hears every exchange. */
export async function powerOnElement(
  stage: Stage,
  memory: MemoryElement,
  listen?: Listener,
): Promise<ElementHost> {
  return openElement({
    storage: memory,
    clock: stage.clock,
    random: stage.random,
    onExchange: ({ via, command, response, atMs }) =>
      listen?.({
        type: 'apdu',
        service: 'element',
        atMs,
        detail: { interface: via, command: toHex(command), response: toHex(response) },
      }),
  });
}

/** A new phone of this holder: new element, new passkey, signed in and registered. */
export async function newHandset(
  stage: Stage,
  inbox: () => Promise<string>,
  mobile: string,
  listen?: Listener,
): Promise<Handset> {
  const memory = memoryElement(await stage.bearElement());
  const host = await powerOnElement(stage, memory, listen);
  const passkey = createPasskey({ ...RELYING_PARTY, random: stage.random });
  const { fetch, clock, random } = stage;
  const phone = await signIn({ fetch, clock, random, mobile, element: host, passkey, inbox });
  return { phone, memory, host, passkey };
}

/** Add a card to a handset from the first digit to the activated instance. */
export async function addCard(
  handset: Handset,
  card: PrintedCard,
  options: { laboratory?: boolean } = {},
): Promise<{ tokenReference: string; instanceAid: string }> {
  const { phone } = handset;
  let enrolment = await phone.enrol(card, options);
  if (enrolment.state === 'code_awaited') {
    enrolment = await phone.verify(enrolment, await phone.readCode());
  }
  const { tokenReference } = enrolment;
  if (tokenReference === undefined) throw new Error('the enrolment has no token');
  const { instanceAid } = await phone.personalise(tokenReference);
  return { tokenReference, instanceAid };
}

/** The holder's finger: arm the instance for one tap. */
export function confirmHolder(
  handset: Pick<Handset, 'host' | 'passkey'>,
  instanceAid: string,
): Promise<void> {
  const { host, passkey } = handset;
  return arm(host.wired, instanceAid, 'ready', { kind: 'passkey', assert: passkey.assert });
}

/** A second element with the same content as the first: what a perfect thief would have. */
export async function copyElement(
  stage: Stage,
  lasting: LastingState,
): Promise<{ host: ElementHost }> {
  return { host: await powerOnElement(stage, memoryElement(lasting)) };
}
