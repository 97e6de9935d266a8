/** Tells a payment: the tap, the question, the decision, the posting, the receipt. */
import { currencies, formatAmount } from '@octavo/domain/money.ts';
import type { TraceEvent } from '@octavo/domain/ports.ts';
import type * as terminal from '@octavo/services/terminal';
import type { z } from 'zod';
import { narrateChecks, narrateMessage, narrateTap } from './narrate.ts';
import { type Piece, piece } from './paint.ts';
import type { Show } from './show.ts';

/** What the terminal said of a payment. */
export type Payment = z.output<(typeof terminal)['pay']['answer']>;

/** How a payment is told. */
export type TellOptions = {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly everyByte: boolean;
};

/** The last four digits of a number, as everybody may see them. */
export function lastFour(digits: string): Piece {
  return piece(`•• ${digits}`, 'who');
}

/** Tell a payment from the events of the services and the terminal’s answer. */
export function tellPayment(
  show: Show,
  options: TellOptions,
  events: readonly TraceEvent[],
  answer: Payment,
  tookMs: number,
): void {
  const amount = amountWithSign(options.amountMinor, options.currency);
  const exchanges = events.filter((event) => event.type === 'apdu');
  show.step(
    { number: 6, name: 'tap', subject: [piece('phone and terminal')], result: [], tookMs },
    narrateTap(exchanges, options.everyByte),
  );
  const messages = events.filter((event) => event.type === 'iso8583');
  const asked = messages.find((event) => event.detail.leg === 'acquirer-network');
  if (asked !== undefined) {
    const bytes = String(asked.detail.message).length / 2;
    show.step(
      {
        number: 7,
        name: 'ask',
        subject: [piece('terminal, acquirer, network')],
        result: [piece(`0200, ${bytes} bytes`)],
      },
      narrateMessage(asked, options.everyByte),
    );
  }
  const verdict = events.find((event) => event.type === 'tap.verdict');
  if (verdict !== undefined) tellVerdict(show, verdict);
  const { receipt } = answer;
  tellPostings(show, {
    number: 9,
    currency: options.currency,
    events,
    responseCode: receipt?.responseCode,
  });
  const approved = answer.outcome === 'approved';
  show.step(
    {
      number: 10,
      name: 'receipt',
      held: approved,
      subject: [
        approved
          ? piece(`approved ${receipt?.responseCode ?? ''}`, 'ok')
          : piece(`not paid ${receipt?.responseCode ?? answer.outcome}`, 'refused'),
        piece('   '),
        piece(amount, 'bold'),
      ],
      result:
        receipt?.tokenLastFour === undefined
          ? [piece(answer.message)]
          : [piece(`${receipt.merchant}, `), lastFour(receipt.tokenLastFour)],
    },
    [],
  );
}

function tellVerdict(show: Show, verdict: TraceEvent): void {
  const { details, held, total, broken } = narrateChecks(verdict);
  show.step(
    {
      number: 8,
      name: 'decide',
      held: broken === undefined,
      subject:
        broken === undefined
          ? [piece(`${held} of ${total} checks`, 'ok')]
          : [piece(`stopped at ${broken}`, 'refused')],
      result: [piece(broken === undefined ? 'domain, cryptogram, fields, counter, holder' : '')],
    },
    broken === undefined ? [] : details,
  );
}

/** `¥28.50`. */
function amountWithSign(amountMinor: bigint, currency: string): string {
  const sign = Object.entries(currencies).find(([code]) => code === currency)?.[1].sign ?? '';
  return `${sign}${formatAmount(amountMinor, currency)}`;
}

/** What the issuer posted in this step of a story, and what the answer was where it posted nothing. */
export type Postings = {
  readonly number: number;
  readonly currency: string;
  readonly events: readonly TraceEvent[];
  readonly responseCode: string | undefined;
};

/** Tell what was posted, and what was taken back. */
export function tellPostings(
  show: Show,
  { number, currency, events, responseCode }: Postings,
): void {
  const posted = events.filter((event) => event.type === 'ledger.posted');
  const sum = [piece(`sum ${formatAmount(0n, currency)}`)];
  if (posted.length === 0) {
    const result = responseCode === undefined ? [] : [piece(`the answer was ${responseCode}`)];
    show.step({ number, name: 'post', subject: [piece('nothing')], result }, []);
  }
  for (const event of posted) {
    const name = event.detail.kind === 'reversal' ? 'take back' : 'post';
    show.step({ number, name, subject: postingPieces(event, currency), result: sum }, []);
  }
}

function postingPieces(event: TraceEvent, currency: string): readonly Piece[] {
  const entries = event.detail.entries as readonly { account: string; amountMinor: string }[];
  return entries.flatMap(({ account, amountMinor }) => {
    const amount = BigInt(amountMinor);
    const sign = amount > 0n ? '+' : '';
    return [
      piece(`${account} `),
      piece(`${sign}${formatAmount(amount, currency)}`, 'money'),
      piece('   '),
    ];
  });
}
