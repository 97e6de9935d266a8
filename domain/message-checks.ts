/**
 * Checks that every message about a token passes, whether it carries a tap or names an earlier one.
 * @see docs/specs.md, tokenisation sheet, section 5
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import { currencies } from './money.ts';
import type { InstantMs } from './ports.ts';
import { broken, type Finding, held } from './staircase.ts';
import type { Tap } from './tap-data.ts';
import { isExpired } from './time.ts';
import type { TokenState } from './token.ts';

/** What these checks look at. */
export type MessageFacts = {
  readonly tap: Tap;
  readonly nowMs: InstantMs;
  /** What is known under this message's key; a repeat of the same content never comes this far. */
  readonly earlier: 'nothing' | 'reversed' | 'other_content';
  readonly token: { readonly state: TokenState; readonly expiry: string } | undefined;
};

/** Nothing that a verdict needs is missing or malformed. */
export function messageReadable({ tap }: MessageFacts): Finding {
  const { unreadable } = tap;
  return unreadable.length === 0
    ? held('every element that a verdict needs is there')
    : broken('message.malformed', `missing or malformed: ${unreadable.join(', ')}`);
}

/** Nothing else is known under the message’s key. */
export function messageNew({ earlier }: MessageFacts): Finding {
  const compared = 'DE7, 11, 32, 33 against earlier messages';
  if (earlier === 'reversed') return broken('message.already_reversed', compared);
  return earlier === 'other_content' ? broken('message.key_reused', compared) : held(compared);
}

/** The number is a token of ours. */
export function tokenKnown({ tap, token }: MessageFacts): Finding {
  const compared = `token ending in ${tap.tokenLastFour}`;
  return token === undefined ? broken('token.unknown', compared) : held(compared);
}

/** The token may pay now. */
export function tokenActive(facts: MessageFacts): Finding {
  const { state } = known(facts.token);
  const compared = `state ${state}`;
  return state === 'active' ? held(compared) : broken(`token.${state}`, compared);
}

/** The token’s month is not over. */
export function tokenNotExpired(facts: MessageFacts): Finding {
  const { expiry } = known(facts.token);
  const compared = `token expiry ${expiry} against today`;
  return isExpired(expiry, facts.nowMs) ? broken('token.expired', compared) : held(compared);
}

/** Every place that names the token or its expiry must name this one. */
export function oneToken(facts: MessageFacts): Finding {
  const { number, named } = facts.tap;
  const { expiry } = known(facts.token);
  const compared = `number and expiry in DE2${named.map(({ place }) => `, ${place}`).join('')}`;
  const areSame = named.every(
    (one) =>
      (one.number === undefined || one.number === number) &&
      (one.expiry === undefined || one.expiry === expiry) &&
      (one.number !== undefined || one.expiry !== undefined),
  );
  return areSame ? held(compared) : broken('tap.token_differs', compared);
}

/** Which of them the account holds is for its issuer to say. */
export function currencyAllowed({ tap }: MessageFacts): Finding {
  const code = tap.fields['49'] ?? '';
  const compared = `DE49 ${code} against the currencies spoken here`;
  return Object.hasOwn(currencies, code) ? held(compared) : broken('token.wrong_domain', compared);
}

/** The token, after the check that found it. */
export function known<T>(token: T | undefined): T {
  assert(token !== undefined, 'the check before this one found the token');
  return token;
}
