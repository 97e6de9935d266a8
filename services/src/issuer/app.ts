/** The bank's app: a holder opens accounts, looks at cards, and hands one on to a wallet. The inbox's secret opens it. */
import type { z } from '@hono/zod-openapi';
import { behaviours, cardRanges } from '@octavo/domain/demo.ts';
import { drawCardNumber, mayOpen, mayPush } from '@octavo/domain/issuer-card.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { toAscii } from '@octavo/lib/bytes/bytes.ts';
import { SERVICE_CODE_CVN2 } from '@octavo/lib/emv/cvv.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import { pushCard } from '../tokens/contract.ts';
import { type FileRow, loadOwnCard, loadStanding, loadStatementsOf } from './account-store.ts';
import { accountLine, statementLines } from './accounts.ts';
import { prepareOpening, traceOpening } from './cards.ts';
import * as contract from './contract.ts';
import { openInbox } from './inbox.ts';
import { accountIdOf, type IssuerPorts, onwardId } from './ports.ts';
import { loadRequest, type Opening, saveOpening, saveRequest } from './store.ts';

type Opened = z.input<typeof contract.openAccount.answer>;

/** Open an account on a fresh number. */
export async function openAccount(
  ports: IssuerPorts,
  ask: z.output<typeof contract.openAccount.body>,
): Promise<Opened | Refused> {
  const { keys, sql } = ports;
  const { requestId, mobile, behaviour = 'plain' } = ask;
  const mobileHash = await openInbox(ports, ask);
  if (isRefused(mobileHash)) return mobileHash;
  const digest = await digestOf(keys, contract.openAccount.path, ask);
  const range = cardRanges.find(({ kind }) => kind === ask.kind);
  assert(range !== undefined, 'a range for every kind of card');
  const outcome = await change<{ answer: Opened; opening: Opening | undefined }>(async () => {
    const atMs = ports.clock.nowMs();
    const pan = drawCardNumber(range, ports.random);
    const accountId = await accountIdOf(keys, pan);
    const opening = await prepareOpening(ports, accountId, { pan, mobile, behaviour }, atMs);
    const standing = await loadStanding(sql, mobileHash, accountId);
    const before = answeredBefore<Opened>(await loadRequest(sql, requestId), digest);
    if (before !== undefined) {
      return isRefused(before) ? before : written({ answer: before, opening: undefined });
    }
    const allowed = mayOpen(standing.cards);
    if (isRefused(allowed)) return allowed;
    if (standing.isTaken) return overtaken;
    const answer = { cardId: accountId, cardLastFour: opening.card.lastFour };
    const { version } = standing;
    const command = { version, requestId, digest, answer: JSON.stringify(answer) };
    const saved = await saveOpening(sql, opening, atMs, command);
    return saved ? written({ answer, opening }) : overtaken;
  });
  if (isRefused(outcome)) return outcome;
  if (outcome.opening !== undefined) traceOpening(ports, outcome.opening);
  return outcome.answer;
}

/** How many lines of each card the app shows. */
const LINES_SHOWN = 30;

/** The holder's cards. */
export async function viewCards(
  ports: IssuerPorts,
  ask: z.output<typeof contract.appCards.body>,
): Promise<z.input<typeof contract.appCards.answer> | Refused> {
  const mobileHash = await openInbox(ports, ask);
  if (isRefused(mobileHash)) return mobileHash;
  const atMs = ports.clock.nowMs();
  const statements = await loadStatementsOf(ports.sql, mobileHash, LINES_SHOWN);
  const cards = statements.map((statement) => {
    const { accountId: cardId, ...line } = accountLine(statement, atMs);
    const { label, art } = rangeOfKind(statement);
    const words = behaviours[statement.card.behaviour];
    return { cardId, ...line, label, art, words, lines: [...statementLines(statement)] };
  });
  return { cards };
}

function rangeOfKind({ card }: FileRow): (typeof cardRanges)[number] {
  const range = cardRanges.find(({ kind }) => kind === card.kind);
  assert(range !== undefined, 'a range for every kind of card');
  return range;
}

/** What stands on the holder's own card. */
export async function viewCardDetails(
  ports: IssuerPorts,
  ask: z.output<typeof contract.cardDetails.body>,
): Promise<z.input<typeof contract.cardDetails.answer> | Refused> {
  const own = await ownCard(ports, ask);
  if (isRefused(own)) return own;
  const { pan, file } = own;
  const { expiry } = file.card;
  const serviceCode = SERVICE_CODE_CVN2;
  return {
    pan,
    expiry,
    cvn2: await ports.keys.printVerificationValue({ pan, expiry, serviceCode }),
  };
}

/** Hand a card on: the token service makes the receipt, and makes the same one for the same request. */
export async function pushToWallet(
  ports: IssuerPorts,
  ask: z.output<typeof contract.push.body>,
): Promise<z.input<typeof contract.push.answer> | Refused> {
  const { keys, sql, clock } = ports;
  const own = await ownCard(ports, ask);
  if (isRefused(own)) return own;
  const { card } = own.file;
  const digest = await digestOf(keys, contract.push.path, ask);
  const begun = await change<Record<string, never>>(async () => {
    const before = answeredBefore<Record<string, never>>(
      await loadRequest(sql, ask.requestId),
      digest,
    );
    if (before !== undefined) return isRefused(before) ? before : written(before);
    const allowed = mayPush(card, clock.nowMs());
    if (isRefused(allowed)) return allowed;
    const saved = await saveRequest(sql, ask.requestId, digest, '{}', clock.nowMs());
    return saved ? written({}) : overtaken;
  });
  if (isRefused(begun)) return begun;
  const pushed = await ports.tokens(pushCard, {
    requestId: await onwardId(keys, 'push', ask.requestId),
    pan: own.pan,
    panExpiry: card.expiry,
    mobileMasked: card.mobileMasked,
  });
  if (isRefused(pushed)) return pushed;
  const { receipt, expiresAtMs } = pushed;
  return { receipt, expiresAtMs };
}

/** The card behind an id with its number, when it belongs to whoever holds the secret. */
async function ownCard(
  ports: IssuerPorts,
  ask: { readonly mobile: string; readonly secret: string; readonly cardId: string },
): Promise<{ readonly file: FileRow; readonly pan: string } | Refused> {
  const mobileHash = await openInbox(ports, ask);
  if (isRefused(mobileHash)) return mobileHash;
  const file = await loadOwnCard(ports.sql, ask.cardId, mobileHash);
  if (file === undefined) return refused('card.unknown');
  const pan = await ports.keys.vaultOpen(file.pan, { id: ask.cardId, column: 'pan' });
  return { file, pan: toAscii(pan) };
}
