/** The air between phone and terminal: a channel that can be lost at any command, before it or after it. */
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** Where a loss strikes: the command never reaches the element, or its answer never comes back. */
export type LossPoint = 'command' | 'answer';

/** A field with an element in it. */
export type Field = {
  /** The reader's side. */
  readonly channel: Channel;
  /** How many commands reached the element. */
  commands(): number;
  /** Take the phone away now: no further command arrives, and an answer under way is lost. */
  lose(): void;
  /** Take the phone away at the command after the next `commands`; that one's answer, or it itself, is lost. */
  loseAfter(commands: number, lost?: LossPoint): void;
  /** Bring the phone back; forgets a loss that was still to come. */
  restore(): void;
};

/** Sees every pair that crossed the field whole. It must not throw. */
export type FieldObserver = (command: Uint8Array, response: Uint8Array) => void;

/** Put an element into a field. */
export function openField(element: Channel, observe: FieldObserver = () => {}): Field {
  let reached = 0;
  let present = true;
  /** Rises with every loss, so that a command under way sees that the phone was away meanwhile. */
  let losses = 0;
  let toCome: { left: number; readonly lost: LossPoint } | undefined;

  const lose = () => {
    present = false;
    losses++;
    toCome = undefined;
  };
  const channel: Channel = async (command) => {
    const due = toCome !== undefined && toCome.left-- === 0 ? toCome.lost : undefined;
    if (due === 'command') lose();
    if (!present) throw new FieldLost('the command did not reach the element');
    reached++;
    const lossesBefore = losses;
    const answering = element(command);
    if (due === 'answer') lose();
    const response = await answering;
    if (losses !== lossesBefore) throw new FieldLost('the answer was lost');
    observe(command, response);
    return response;
  };
  return {
    channel,
    commands: () => reached,
    lose,
    loseAfter: (commands, lost = 'command') => {
      assert(Number.isSafeInteger(commands) && commands >= 0, 'a count of commands');
      toCome = { left: commands, lost };
    },
    restore: () => {
      present = true;
      toCome = undefined;
    },
  };
}
