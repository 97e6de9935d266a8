/** Setting the terminal up: enrolled once, signed in as often as it must be. */
import type { z } from '@hono/zod-openapi';
import { drawTraceNumber } from '@octavo/domain/draw.ts';
import { isRefused, type Refused, refusals, refused } from '@octavo/domain/refusal.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { pos } from '@octavo/lib/iso8583/unionpay.ts';
import { enrolTerminal } from '../acquirer/contract.ts';
import type { setUp } from './contract.ts';
import type { AcquirerLine } from './line.ts';
import { placeOf, readWorkingKey, signInFields, toAcquirer } from './message.ts';
import { nextSequence } from './payment-store.ts';
import type { TerminalPorts } from './ports.ts';
import {
  type Enrolled,
  findSelf,
  insertSelf,
  keepEnrolled,
  keepMacKey,
  type Self,
} from './store.ts';

/** A terminal that knows who it is. */
export type Shop = { readonly self: Self & { readonly enrolled: Enrolled } };

/** A terminal that may send payments. */
export type Ready = Shop & {
  readonly macKey: NonNullable<Self['macKey']>;
};

/** Enrol and sign in, as far as that has not been done. */
export async function setUpTerminal(
  ports: TerminalPorts,
  line: AcquirerLine,
  ask: z.output<typeof setUp.body>,
): Promise<z.output<typeof setUp.answer> | Refused> {
  const enrolled = await enrolOnce(ports, ask);
  if (isRefused(enrolled)) return enrolled;
  const ready = await getReady(ports, line);
  if (isRefused(ready)) return ready;
  return { terminalId: enrolled.terminalId, merchantId: enrolled.merchantId };
}

/** The terminal with a MAC key: the one it has, or a new one by signing in. */
export async function getReady(ports: TerminalPorts, line: AcquirerLine): Promise<Ready | Refused> {
  const shop = await findShop(ports);
  if (isRefused(shop)) return shop;
  const { self } = shop;
  const macKey = self.macKey ?? (await signIn(ports, line, self.enrolled));
  return macKey instanceof Uint8Array ? { self, macKey } : macKey;
}

/** The terminal as it was enrolled; it need not be signed in. */
export async function findShop(ports: TerminalPorts): Promise<Shop | Refused> {
  const self = await findSelf(ports.sql);
  const enrolled = self?.enrolled;
  return self === undefined || enrolled === undefined
    ? refused('terminal.not_signed_in')
    : { self: { ...self, enrolled } };
}

/** Enrol, if that has not been done; a terminal stays in the shop that it was enrolled with first. */
export async function enrolOnce(
  ports: TerminalPorts,
  ask: z.output<typeof setUp.body>,
): Promise<Enrolled | Refused> {
  const before = await findSelf(ports.sql);
  if (before?.enrolled !== undefined) return before.enrolled;
  // Looked at before it is kept: a shop that the acquirer cannot take must not stay in the way of a right one.
  if (!enrolTerminal.body.shape.merchant.safeParse(ask.merchant).success) {
    return refused('request.malformed', { field: 'merchant' });
  }
  await insertSelf(ports.sql, ask.merchant, toHex(ports.random(16)));
  const self = await findSelf(ports.sql);
  if (self === undefined) return refused('busy');
  const answer = await ports.acquirer(enrolTerminal, {
    requestId: self.enrolRequestId,
    publicKey: toHex(await ports.keys.publicKey()),
    merchant: self.merchant,
  });
  if (isRefused(answer)) return answer;
  const { masterKey, ...ids } = answer;
  const terminalKey = await ports.keys.acceptTerminalKey(masterKey);
  if (terminalKey === undefined) return refused('unavailable');
  const enrolled = { ...ids, terminalKey };
  await keepEnrolled(ports.sql, enrolled);
  return enrolled;
}

/**
 * Sign in: ask for a MAC key, and take it when its check value is right.
 * @see docs/specs.md, ISO 8583 sheet, section 9
 */
async function signIn(
  ports: TerminalPorts,
  line: AcquirerLine,
  enrolled: Enrolled,
): Promise<Uint8Array | Refused> {
  const traceNumber = drawTraceNumber(ports.random);
  const { batch } = placeOf(await nextSequence(ports.sql));
  const asked = toAcquirer('0800', signInFields(traceNumber, batch, enrolled));
  const frame = await line.ask(asked, pos.encode(asked));
  if (frame === undefined) return refused('unavailable');
  const responseCode = pos.decode(frame).fields[39];
  if (responseCode === refusals['terminal.unknown'].responseCode)
    return refused('terminal.unknown');
  const key = readWorkingKey(frame);
  if (responseCode !== '00' || key === undefined) return refused('terminal.not_signed_in');
  const macKey = await ports.keys.acceptMacKey(enrolled.terminalKey, key.wrapped, key.checkValue);
  if (macKey === undefined) return refused('terminal.not_signed_in');
  await keepMacKey(ports.sql, macKey);
  return macKey;
}
