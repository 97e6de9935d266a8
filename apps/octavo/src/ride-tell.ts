/** Tells the end of a ride: records at home, the price and why, the day closed, its one charge on the wire and in the books. */
import { CNY } from '@octavo/domain/money.ts';
import type { TraceEvent } from '@octavo/domain/ports.ts';
import type { RefusalCode } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { narrateChecks, narrateMessage } from './narrate.ts';
import { type Piece, piece } from './paint.ts';
import { explainPrice, type Journey, journeyWords, type RiderView, yuan } from './ride-explain.ts';
import type { Show } from './show.ts';
import { tellPostings } from './tell.ts';

/** To whom a ride is told, and under which numbers. */
export type Telling = {
  readonly show: Show;
  readonly everyByte: boolean;
  readonly nowMs: () => number;
  /** The number of the next step. */
  readonly next: () => number;
};

/** A record of the ride as the back office holds it. */
export type HeldRecord = {
  readonly gateId: string;
  readonly sequence: number;
  readonly recordedAs: string;
  /** `not_brought` while the back office does not have it. */
  readonly verdict: 'waiting' | 'good' | 'refused' | 'none' | 'not_brought';
  readonly code?: RefusalCode | undefined;
  readonly retrievalReference?: string | undefined;
};

/** One of the rider's charges. */
export type Charge = RiderView['charges'][number];

/** The books of the back office and the bank after a charge. */
export type RideBooks = { readonly isBalanced: boolean; readonly ledgerSumMinor: string };

/** The records have come home, each with its verdict. */
export function tellHome(telling: Telling, records: readonly HeldRecord[]): void {
  const good = records.filter(({ verdict }) => verdict === 'good');
  const count = records.length === 1 ? '1 record' : `${records.length} records`;
  const [first] = good;
  telling.show.step(
    {
      number: telling.next(),
      name: 'office',
      held: good.length === records.length || records.every(({ verdict }) => verdict === 'none'),
      subject: [piece(`${count} brought and judged`)],
      result: [piece(first === undefined ? 'nothing to charge by' : 'good taps to charge by')],
    },
    records.map(({ gateId, sequence, recordedAs, verdict, code, retrievalReference }) => ({
      kind: 'check',
      held: verdict === 'good' || verdict === 'none',
      name: `${recordedAs} ${gateId} ${sequence}`,
      compared: [verdict, code ?? retrievalReference ?? ''].filter((one) => one !== '').join(', '),
    })),
  );
  for (const record of records) {
    fact(telling, 'ride.record', record);
  }
}

/** The price, step by step. */
export function tellPrice(telling: Telling, journey: Journey, view: RiderView): void {
  telling.show.step(
    {
      number: telling.next(),
      name: 'price',
      held: journey.state !== 'held',
      subject: [piece(journeyWords(journey))],
      result: [piece(yuan(journey.priceMinor), 'money')],
    },
    explainPrice(journey, view),
  );
  fact(telling, 'ride.price', journey);
}

/** When a day that is not over is closed and charged, and by whom. */
export function tellDayOpen(telling: Telling, day: string, closesAtMs: number): void {
  const { isoDate, time } = localTime(closesAtMs);
  const at = `${isoDate} ${time.slice(0, 2)}:${time.slice(2, 4)}`;
  telling.show.note(
    `That world’s clock is its own: day ${day} is closed at ${at}, and charged once then. --close-day moves that clock on to then, for all who are in it; so does its console, under Levers.`,
  );
  fact(telling, 'ride.day_open', { day, closesAtMs });
}

/** The day is closed. */
export function tellClosed(
  telling: Telling,
  closed: { readonly day: string; readonly charges: number; readonly waiting: number },
): void {
  const { isoDate, time } = localTime(telling.nowMs());
  const charges = closed.charges === 1 ? '1 charge' : `${closed.charges} charges`;
  telling.show.step(
    {
      number: telling.next(),
      name: 'close',
      held: closed.waiting === 0,
      subject: [piece(`day ${closed.day}, as the clock says`)],
      result: [piece(`${isoDate.slice(5)} ${time.slice(0, 2)}:${time.slice(2, 4)}, ${charges}`)],
    },
    [],
  );
  fact(telling, 'ride.day_closed', closed);
}

/** The charge: the message, the verdict that it names, what was posted, what the rider is told. */
export function tellCharge(
  telling: Telling,
  charge: Charge,
  events: readonly TraceEvent[],
  records: readonly HeldRecord[],
): void {
  const { show, next, everyByte } = telling;
  const own = events.filter(
    ({ detail }) => detail.retrievalReference === charge.retrievalReference,
  );
  const asked = events.find(
    ({ type, detail }) =>
      type === 'iso8583' && detail.leg === 'acquirer-network' && isOf(charge, detail.message),
  );
  if (asked !== undefined) {
    const bytes = String(asked.detail.message).length / 2;
    show.step(
      {
        number: next(),
        name: 'charge',
        subject: [piece('back office, acquirer, network')],
        result: [piece(`0200, ${bytes} bytes`)],
      },
      narrateMessage(asked, everyByte).map((detail) =>
        detail.kind === 'field' && detail.id === 'DE90'
          ? { ...detail, decoded: namedWords(detail.value.text, records) }
          : detail,
      ),
    );
  }
  const verdict = own.find(({ type }) => type === 'tap.verdict');
  if (verdict !== undefined) {
    const { details, held, total, broken } = narrateChecks(verdict);
    show.step(
      {
        number: next(),
        name: 'decide',
        held: broken === undefined,
        subject: [
          broken === undefined
            ? piece(`${held} of ${total} checks`, 'ok')
            : piece(`stopped at ${broken}`, 'refused'),
        ],
        result: [piece(broken === undefined ? 'by the tap that it names' : '')],
      },
      details,
    );
  }
  tellPostings(show, {
    number: next(),
    currency: CNY,
    events: own,
    responseCode: charge.responseCode,
  });
  tellEnd(telling, charge);
}

/** Whose verdict DE90 names: after the type comes the trace number, which ends the reference of that tap's advice. */
function namedWords(originalData: string, records: readonly HeldRecord[]): string {
  const traceNumber = originalData.slice(4, 10);
  const named = records.find(({ retrievalReference }) => retrievalReference?.endsWith(traceNumber));
  return named === undefined ? 'names a good tap' : `the verdict on the ${named.recordedAs}`;
}

/** DE37 stands in the message as ASCII digits. */
function isOf({ retrievalReference = '' }: Charge, message: unknown): boolean {
  const digits = [...retrievalReference].map((digit) => `3${digit}`).join('');
  return digits !== '' && String(message).includes(digits);
}

/** What a charge that was not approved leaves behind. */
const ENDS: Partial<Readonly<Record<Charge['state'], string>>> = {
  asking: 'asked again until it is known',
  declined: 'owed, on the deny list',
  settled: 'nothing to ask for',
};

function tellEnd(telling: Telling, charge: Charge): void {
  const { state, amountMinor, day, responseCode, lines } = charge;
  const isPaid = state === 'approved';
  const said: Piece = isPaid
    ? piece(`${state} ${responseCode ?? ''}`.trim(), 'ok')
    : piece(`${state} ${responseCode ?? ''}`.trim(), 'refused');
  telling.show.step(
    {
      number: telling.next(),
      name: 'rider',
      held: isPaid,
      subject: [said, piece('   '), piece(yuan(amountMinor), 'bold')],
      result: [piece(ENDS[state] ?? `one charge for ${day}`)],
    },
    lines.map((line) => ({
      kind: 'field',
      id: '',
      name: line.kind,
      value: piece(yuan(line.amountMinor), 'money'),
      decoded: line.reason ?? `of ${line.day}`,
    })),
  );
  fact(telling, 'ride.charge', charge);
}

/** Whether the books of both sides agree. */
export function tellBooks(telling: Telling, books: RideBooks): void {
  const isWell = books.isBalanced && books.ledgerSumMinor === '0';
  telling.show.step(
    {
      number: telling.next(),
      name: 'books',
      held: isWell,
      subject: [piece('journeys and charges agree')],
      result: [piece(`bank’s ledger: sum ${yuan(Number(books.ledgerSumMinor))}`)],
    },
    [],
  );
  fact(telling, 'ride.books', books);
}

/** A line for programs. */
function fact({ show, nowMs }: Telling, type: string, detail: object): void {
  show.event({ type, service: 'story', atMs: nowMs(), detail: { ...detail } });
}
