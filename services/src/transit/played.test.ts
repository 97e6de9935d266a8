/** The acquirer and all behind it, played behind its contract: it remembers by request id as the real one does. */
import { meaningOfResponse } from '@octavo/domain/payment.ts';
import { type RefusalCode, refusals } from '@octavo/domain/refusal.ts';
import type { ManualClock } from '@octavo/platform/clock.ts';
import * as acquirer from '../acquirer/contract.ts';
import { believingGate } from '../asking.fixture.ts';
import { createEdge } from '../endpoint.ts';

/** A token, the account behind it, and whether the card itself gives its account reference to gates. */
export type Card = {
  readonly token: string;
  readonly reference: string;
  readonly showsReference: boolean;
  readonly form: 'card' | 'phone';
};

const REFERENCE_TAIL = '000000000000000000000000';

/** A card by its number; cards of one letter are of one account. */
export function cardOf(
  number: number,
  letter: string,
  showsReference = true,
  form: Card['form'] = 'phone',
): Card {
  const token = `999${String(number).padStart(13, '0')}`;
  return { token, reference: `OCTV${letter}${REFERENCE_TAIL}`, showsReference, form };
}

/** What the played bank says to a charge: an approval, a DE39, or that it is not known or was taken back. */
export type BankWord = 'approved' | 'unknown' | 'undone' | `${number}${number}`;

/** The acquirer and all behind it, played. */
export type PlayedAcquirer = {
  readonly cards: Map<string, Card>;
  /** Tokens whose account the token service does not name. */
  readonly nameless: Set<string>;
  /** Refused verdicts by token; others are good. */
  readonly refusedTokens: Map<string, RefusalCode>;
  bank: (token: string, amountMinor: number) => BankWord;
  /** Whether the acquirer answers at all. */
  isUp: boolean;
  /** Whether a line delivers charges twice, so that the answer to the second copy comes back. */
  isCharged: 'once' | 'twice';
  readonly advised: { readonly requestId: string; readonly token: string }[];
  readonly charges: {
    readonly requestId: string;
    readonly token: string;
    readonly amountMinor: number;
    readonly advice: string;
    readonly state: 'approved' | 'declined' | 'unknown' | 'undone';
    readonly retrievalReference: string;
    readonly atMs: number;
    readonly terminalId: string;
  }[];
};

/** An acquirer that approves everything. */
export function playAcquirer(): PlayedAcquirer {
  return {
    cards: new Map(),
    nameless: new Set(),
    refusedTokens: new Map(),
    bank: () => 'approved',
    isUp: true,
    isCharged: 'once',
    advised: [],
    charges: [],
  };
}

/** Its edge. */
export function acquirerEdge(played: PlayedAcquirer, clock: ManualClock) {
  const edge = createEdge('acquirer', believingGate, clock);
  edge.add(acquirer.enrolTransit, async ({ merchant }) => ({
    terminalId: `0000${merchant.category}`,
    merchantId: `00000000000${merchant.category}`,
  }));
  edge.add(acquirer.transitAdvise, async ({ taps }) => ({
    taps: taps.map(({ requestId, token }) => {
      const known = played.advised.findIndex((one) => one.requestId === requestId);
      const place = known === -1 ? played.advised.push({ requestId, token }) - 1 : known;
      const retrievalReference = String(place + 1).padStart(12, '1');
      const code = played.refusedTokens.get(token);
      if (code !== undefined) {
        return {
          requestId,
          state: 'declined' as const,
          ...declineOf(code),
          retrievalReference,
        };
      }
      return {
        requestId,
        state: 'approved' as const,
        responseCode: '00',
        retrievalReference,
        ...(played.nameless.has(token)
          ? {}
          : { accountReference: played.cards.get(token)?.reference ?? '' }),
        advice: `0220${String(place + 1).padStart(38, '0')}`,
      };
    }),
  }));
  edge.add(acquirer.transitCharge, async (body) => {
    const { requestId, token, amountMinor, advice, terminalId } = body;
    const known = played.charges.findIndex((one) => one.requestId === requestId);
    const before = played.charges[known];
    const isOpen = before === undefined || before.state === 'unknown';
    const taken = played.charges.some((one) => one.advice === advice && one.state === 'approved');
    const word = taken && isOpen ? '21' : isOpen ? played.bank(token, amountMinor) : before.state;
    const state = stateOf(word);
    const retrievalReference = String((known === -1 ? played.charges.length : known) + 1).padStart(
      12,
      '2',
    );
    const atMs = before?.atMs ?? clock.nowMs();
    const row = {
      requestId,
      token,
      amountMinor,
      advice,
      state,
      retrievalReference,
      atMs,
      terminalId,
    };
    if (known === -1) played.charges.push(row);
    else if (isOpen) played.charges[known] = row;
    if (state === 'unknown' || state === 'undone') return { state };
    return { state, responseCode: state === 'declined' ? word : '00', retrievalReference };
  });
  edge.add(acquirer.transitPayments, async ({ after }) => ({
    payments: (after === undefined ? played.charges : []).map((one) => ({
      requestId: one.requestId,
      terminalId: one.terminalId,
      retrievalReference: one.retrievalReference,
      atMs: one.atMs,
      tokenLastFour: one.token.slice(-4),
      amountMinor: one.amountMinor,
      currency: '156',
      state: one.state,
    })),
  }));
  return edge;
}

/** The network carries DE39 alone: the reason is known only where DE39 has one meaning. */
function declineOf(refusal: RefusalCode) {
  const { responseCode } = refusals[refusal];
  const { code } = meaningOfResponse(responseCode);
  return { responseCode, ...(code === undefined ? {} : { code }) };
}

function stateOf(word: string): 'approved' | 'declined' | 'unknown' | 'undone' {
  return word === 'approved' || word === 'unknown' || word === 'undone' ? word : 'declined';
}
