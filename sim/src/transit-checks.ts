/**
 * What must hold of transit once the world has come to rest, by a model of its own: what stands on the gates' disks and
 * was told to riders, rated by the plainest loop there is, held against days, charges, debts and the bank's ledger.
 */
import { demoCityPlan } from '@octavo/domain/transit/city.ts';
import { type PlainCity, plainCity, ratePlainly } from '@octavo/domain/transit/plain-rating.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import type { RatedTap } from '@octavo/domain/transit/rated-tap.ts';
import { dayOfName, dayStartMs } from '@octavo/domain/transit/service-day.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { correctedTimeMs, decodeTapRecord } from '@octavo/lib/transit/tap-record.ts';
import type { Entry } from './books.ts';
import type { Breach } from './checks.ts';
import type { GateTold } from './gates.ts';
import type { HeldRecord, TransitBooks, TransitLine } from './transit-books.ts';

/** All that the model goes by. */
export type TransitFacts = {
  readonly books: TransitBooks;
  /** The records on the gates' disks, hexadecimal. */
  readonly written: readonly string[];
  readonly told: readonly GateTold[];
  /** What was cut short on its way, hexadecimal. */
  readonly cut: readonly string[];
  /** The day that was closed. */
  readonly day: string;
  /** The bank's entries for holders, those of charges alone. */
  readonly entries: readonly Entry[];
};

/** Every check. */
export function checkTransit(facts: TransitFacts): readonly Breach[] {
  return [
    ...ridersWereToldTheTruth(facts),
    ...recordsAreHeldOnce(facts),
    ...refusalsAreNamed(facts),
    ...daysAreRated(facts),
    ...chargesAreLines(facts),
    ...bankAgrees(facts),
  ];
}

/** Who was let through stands on the gate's disk; who asked again got the same answer. */
function ridersWereToldTheTruth({ told, written }: TransitFacts): readonly Breach[] {
  const disks = new Set(written);
  const breaches = told
    .filter(({ outcome, record }) => outcome === 'opened' && !disks.has(record ?? ''))
    .map(({ gateId, sequence }) => `gate ${gateId} opened for ${sequence}, which is on no disk`);
  for (const [requestId, answers] of Map.groupBy(told, (one) => one.requestId)) {
    const records = new Set(answers.map(({ record }) => record));
    if (records.size > 1) breaches.push(`tap ${requestId} got ${records.size} answers`);
  }
  return breaches;
}

/** What is on a disk is held as it is, once; what is kept apart was cut on the way, and nothing else is held. */
function recordsAreHeldOnce({ books, written, cut }: TransitFacts): readonly Breach[] {
  const held = books.records.map(({ body }) => body).sort();
  const breaches: Breach[] = [];
  if (held.join() !== [...written].sort().join()) {
    breaches.push(`gates wrote ${written.length} records, the back office holds ${held.length}`);
  }
  const spoilt = new Set(cut);
  const wronged = books.forgeries.filter((body) => !spoilt.has(body));
  for (const body of wronged) breaches.push(`a true record is kept apart: ${body.slice(0, 40)}`);
  const kept = new Set(books.forgeries);
  const lost = [...spoilt].filter((body) => !kept.has(body));
  if (lost.length > 0) breaches.push(`${lost.length} cut records are kept nowhere`);
  return breaches;
}

function refusalsAreNamed({ books }: TransitFacts): readonly Breach[] {
  return [
    ...books.taps
      .filter(({ verdict, reason }) => verdict === 'refused' && reason === undefined)
      .map(({ name }) => `tap ${name} was refused and nobody says why`),
    ...books.charges
      .filter(({ state, reason }) => state === 'declined' && reason === undefined)
      .map(({ chargeId }) => `charge ${chargeId} was declined and nobody says why`),
  ];
}

/** Every day that was closed costs what its taps cost, neither more nor less. */
function daysAreRated({ books, day }: TransitFacts): readonly Breach[] {
  const breaches: Breach[] = [];
  const closedAtMs =
    dayStartMs(dayOfName(day) + 1, demoPolicy.serviceDayStartMs) + demoPolicy.settleAfterMs;
  for (const [accountId, records] of Map.groupBy(books.records, (one) => one.accountId)) {
    if (accountId === undefined) continue;
    const taps = records.flatMap(tapOf);
    const due = BigInt(ratePlainly(taps, city(), demoPolicy, closedAtMs).get(day) ?? 0);
    const isOwn = (line: TransitLine) => line.accountId === accountId && line.day === day;
    const rated = sumOf(books.days.filter(isOwn));
    const lines = sumOf(books.lines.filter(isOwn));
    if (rated !== due) breaches.push(`${day} of ${accountId} is rated ${rated} instead of ${due}`);
    if (lines !== due) breaches.push(`${day} of ${accountId} has lines of ${lines}, not ${due}`);
  }
  return breaches;
}

/** Each line stands on one charge, each charge is the sum of its lines, and what was declined is owed. */
function chargesAreLines({ books }: TransitFacts): readonly Breach[] {
  const breaches: Breach[] = books.lopsided.map((name) => `posting ${name} does not sum to zero`);
  const byCharge = Map.groupBy(books.lines, ({ chargeId }) => chargeId);
  const left = Map.groupBy(byCharge.get(undefined) ?? [], ({ accountId }) => accountId);
  for (const [accountId, lines] of left) {
    if (sumOf(lines) > 0n) breaches.push(`${accountId} has ${sumOf(lines)} on no charge`);
  }
  for (const { chargeId, state, amountMinor, debtMinor } of books.charges) {
    const lines = sumOf(byCharge.get(chargeId) ?? []);
    if (lines !== amountMinor) breaches.push(`charge ${chargeId} is ${amountMinor} for ${lines}`);
    const owed = state === 'declined' ? amountMinor : undefined;
    if (debtMinor !== owed) breaches.push(`charge ${chargeId} ${state}, owed ${debtMinor}`);
  }
  return breaches;
}

/** What the bank took for rides is what was approved, each charge once. */
function bankAgrees({ books, entries }: TransitFacts): readonly Breach[] {
  const breaches: Breach[] = [];
  const approved = books.charges.filter(({ state }) => state === 'approved');
  for (const { chargeId, amountMinor, retrievalReference } of approved) {
    const own = entries.filter((one) => one.retrievalReference === retrievalReference);
    if (own.length !== 1 || sumOf(own) !== -amountMinor) {
      breaches.push(`charge ${chargeId} of ${amountMinor} is posted ${own.length} times`);
    }
  }
  const taken = -sumOf(entries);
  if (taken !== sumOf(approved)) {
    breaches.push(`riders were charged ${sumOf(approved)}, their bank took ${taken}`);
  }
  return breaches;
}

/** A record as the plain loop wants it; nothing for what is no ride. */
function tapOf({ body, gateId, sequence }: HeldRecord): readonly RatedTap[] {
  const record = decodeTapRecord(fromHex(body));
  const { kind, place, form, uncertaintyMs } = record;
  if (kind === 'refused' || kind === 'check') return [];
  const named = (name: string): string | undefined => (name === '' ? undefined : name);
  return [
    {
      gateId,
      sequence,
      kind,
      direction: place.direction === 'none' ? undefined : place.direction,
      correctedMs: correctedTimeMs(record),
      uncertaintyMs,
      operator: place.operator,
      station: named(place.station),
      line: named(place.line),
      route: named(place.route),
      form,
      contested: false,
    },
  ];
}

let measured: PlainCity | undefined;

function city(): PlainCity {
  measured ??= plainCity(demoCityPlan);
  return measured;
}

function sumOf(items: readonly { readonly amountMinor: bigint }[]): bigint {
  return items.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** The bytes on the gates' disks, as the checks compare them. */
export function writtenOf(records: readonly { readonly record: Uint8Array }[]): readonly string[] {
  return records.map(({ record }) => toHex(record));
}
