/** How the holder says to the element that it is them, and what it means when that does not come to pass. */
import { ElementRefused, type HolderAnswer } from '@octavo/platform/element-commands.ts';
import { ConnectionLost } from '../../kit/ask.ts';
import { ElementFailed, type ElementLink } from './element-link.ts';
import { assertHolder, PasskeyFailed } from './holder-key.ts';
import type { Kept } from './keep.ts';

/** Why the holder's word did not reach the element. `blocked`: the passcode is closed for good. */
export type Unconfirmed = 'cancelled' | 'unsupported' | 'refused' | 'blocked' | 'element';

/** The holder's answer to the element, by passkey or on the element's own keypad. */
export function answerOf(
  confirm: NonNullable<Kept['confirm']>,
  element: Pick<ElementLink, 'passcode'>,
): HolderAnswer {
  if (confirm.kind === 'passkey') {
    return { kind: 'passkey', assert: (challenge) => assertHolder(confirm.key, challenge) };
  }
  return {
    kind: 'keypad',
    typed: async () => {
      const end = await element.passcode('arm');
      if (end !== 'done') throw new KeypadLeft(end);
    },
  };
}

/** The keypad was put away, or is closed for good. */
class KeypadLeft extends Error {
  override readonly name = 'KeypadLeft';
  readonly end: 'cancelled' | 'blocked';
  constructor(end: 'cancelled' | 'blocked') {
    super(end);
    this.end = end;
  }
}

/** What an error on the way means; what has another cause is thrown on. */
export function whyNot(error: unknown): Unconfirmed {
  if (error instanceof PasskeyFailed) return error.trouble === 'other' ? 'refused' : error.trouble;
  if (error instanceof KeypadLeft) return error.end;
  if (error instanceof ElementRefused) return 'refused';
  if (error instanceof ElementFailed || error instanceof ConnectionLost) return 'element';
  throw error;
}

/** Do what may fail without anything being lost: the page shows what the element and the air say next. */
export async function quietly(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ElementFailed || error instanceof ElementRefused)) throw error;
  }
}
