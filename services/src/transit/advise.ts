/** Getting verdicts: every tap that has a cryptogram is told to the acquirer, in batches, until its verdict is known. */
import { isRefused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { chipData } from '@octavo/lib/kernel/online.ts';
import { encodeTlv } from '@octavo/lib/tlv/tlv.ts';
import { decodeTapRecord } from '@octavo/lib/transit/tap-record.ts';
import { AdvisedTap, transitAdvise } from '../acquirer/contract.ts';
import { readDenied } from './account-store.ts';
import { readCredentials } from './credential-store.ts';
import { isAboutToken, reasonOf } from './fault.ts';
import { readBodies } from './gate-store.ts';
import { terminalOf } from './merchant.ts';
import type { TransitPorts } from './ports.ts';
import { openToken } from './post.ts';
import { type Advised, readToAdvise, saveAdvised, type TapRow } from './tap-store.ts';

/** How many taps one call tells of. */
const MOST_AT_ONCE = 50;

/** How long the acquirer is left alone with a tap whose verdict it does not know; longer each time, at most an hour. */
const PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;

type Ask = NonNullable<Awaited<ReturnType<typeof askOf>>>;

/** Tell the acquirer of taps that are due; answers how many. */
export async function adviseTaps(ports: TransitPorts): Promise<number> {
  const due = await readToAdvise(ports.sql, ports.clock.nowMs(), MOST_AT_ONCE);
  if (due.length === 0) return 0;
  for (const merchant of [...new Set(due.map((tap) => tap.merchant))]) {
    const own = due.filter((tap) => tap.merchant === merchant);
    await saveAdvised(ports.sql, await adviseMerchant(ports, merchant, own), ports.clock.nowMs());
  }
  return due.length;
}

async function adviseMerchant(
  ports: TransitPorts,
  merchant: string,
  taps: readonly TapRow[],
): Promise<readonly Advised[]> {
  const nowMs = ports.clock.nowMs();
  const terminalId = await terminalOf(ports, merchant);
  const asks = new Map<string, Ask & { readonly tap: TapRow }>();
  const spoilt: Advised[] = [];
  const bodies = await readBodies(ports.sql, taps);
  for (const tap of taps) {
    const read = await askOf(ports, tap, bodies.get(`${tap.gateId}/${tap.sequence}`));
    if (read === undefined) spoilt.push(unreadable(tap));
    else asks.set(read.ask.requestId, { tap, ...read });
  }
  if (asks.size === 0) return spoilt;
  const answer =
    terminalId === undefined
      ? undefined
      : await ports.acquirer(transitAdvise, {
          terminalId,
          taps: [...asks.values()].map(({ ask }) => ask),
        });
  if (answer === undefined || isRefused(answer)) {
    if (answer !== undefined) ports.trace('transit.advice_waits', { code: answer.code });
    return [...spoilt, ...[...asks.values()].map(({ tap }) => later(tap, nowMs))];
  }
  const sensitive = await sensitiveTokens(ports, taps);
  const answered = new Map(answer.taps.map((one) => [one.requestId, one]));
  const heard = [...asks].map(([requestId, { tap, day }]): Advised => {
    const one = answered.get(requestId);
    if (one === undefined || one.state === 'unknown') return later(tap, nowMs);
    if (one.state === 'refused') {
      ports.trace('transit.alert', { gateId: tap.gateId, sequence: tap.sequence, code: one.code });
    }
    const isGood = one.state === 'approved';
    const { responseCode } = one;
    const refusalCode = reasonOf({ refusalCode: one.code, responseCode }, day, nowMs);
    return {
      ...nameOf(tap),
      verdict: isGood ? 'good' : 'refused',
      dueAtMs: undefined,
      responseCode,
      refusalCode,
      retrievalReference: one.retrievalReference,
      adviceName: one.advice,
      answeredReference: one.accountReference,
      effectDue: isGood
        ? sensitive.has(tap.credentialId)
        : one.state === 'declined' && isAboutToken({ refusalCode, responseCode }),
    };
  });
  return [...spoilt, ...heard];
}

/** What the acquirer is told of a tap, and the day that the card sealed, YYMMDD; undefined when its record does not hold what a verdict needs. */
async function askOf(ports: TransitPorts, tap: TapRow, body: Uint8Array | undefined) {
  if (body === undefined) return undefined;
  const record = decodeTapRecord(body);
  const opened = await openToken(ports, record);
  // A gate's key vouches for the gate, not for sense: what the acquirer would not take must not hold up other taps.
  if (encodeTlv(record.tags).length > MOST_TAG_BYTES) return undefined;
  const data = new Map(record.tags.map(({ tag, value }) => [tag, value]));
  const [amount, currency, day] = [data.get('9F02'), data.get('5F2A'), data.get('9A')];
  if (opened === undefined || amount === undefined || currency === undefined || day === undefined) {
    return undefined;
  }
  const ask = AdvisedTap.safeParse({
    requestId: tap.adviceId,
    token: opened.token,
    expiry: opened.expiry,
    sequenceNumber: sequenceNumberOf(data),
    amountMinor: Number(toHex(amount)),
    currency: toHex(currency).slice(1),
    // The day as the card sealed it, and the gate's time of day.
    localDate: toHex(day).slice(2),
    localTime: localTime(record.deviceTimeMs).time,
    chipData: toHex(chipData({ data })),
  });
  return ask.success ? { ask: ask.data, day: toHex(day) } : undefined;
}

/** More than all data objects of a tap come to; that much fits into DE55. */
const MOST_TAG_BYTES = 255;

function sequenceNumberOf(data: ReadonlyMap<string, Uint8Array>): string {
  const value = data.get('5F34');
  return value === undefined ? '00' : toHex(value);
}

/** Tokens whose accounts have to hear of a good verdict: they are on the list, or their reference is not known. */
async function sensitiveTokens(
  ports: TransitPorts,
  taps: readonly TapRow[],
): Promise<ReadonlySet<string>> {
  const rows = await readCredentials(
    ports.sql,
    taps.map(({ credentialId }) => credentialId),
  );
  const denied = await readDenied(
    ports.sql,
    rows.map(({ accountId }) => accountId),
  );
  return new Set(
    rows
      .filter((row) => row.accountReference === undefined || denied.has(row.accountId))
      .map(({ credentialId }) => credentialId),
  );
}

function nameOf({ credentialId, gateId, sequence }: TapRow) {
  return { credentialId, gateId, sequence };
}

function later(tap: TapRow, nowMs: number): Advised {
  const pauseMs = Math.min(PAUSE_MS * 2 ** Math.min(tap.adviceTries, 10), LONGEST_PAUSE_MS);
  return { ...nothingHeard(tap), verdict: 'waiting', dueAtMs: nowMs + pauseMs };
}

function unreadable(tap: TapRow): Advised {
  return {
    ...nothingHeard(tap),
    verdict: 'refused',
    dueAtMs: undefined,
    refusalCode: 'message.malformed',
  };
}

function nothingHeard(tap: TapRow) {
  return {
    ...nameOf(tap),
    responseCode: undefined,
    refusalCode: undefined,
    retrievalReference: undefined,
    adviceName: undefined,
    answeredReference: undefined,
    effectDue: false,
  };
}
