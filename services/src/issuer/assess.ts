/** Judging a card that somebody wants to add, and counting wrong details. */
import type { z } from '@hono/zod-openapi';
import { type Assessment, assess } from '@octavo/domain/issuer-card.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { equalConstantTime, fromAscii } from '@octavo/lib/bytes/bytes.ts';
import { SERVICE_CODE_CVN2 } from '@octavo/lib/emv/cvv.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import * as contract from './contract.ts';
import { accountIdOf, type IssuerPorts, mobileHashOf } from './ports.ts';
import { loadCard, loadRequest, saveAssessment } from './store.ts';

type Ask = z.output<typeof contract.assess.body>;
type Answer = z.input<typeof contract.assess.answer>;

/** Judge a card. A refusal that counts is stored under the request id like an answer, so that a repeat counts once. */
export async function assessCard(ports: IssuerPorts, ask: Ask): Promise<Answer | Refused> {
  const { keys, sql } = ports;
  const accountId = await accountIdOf(keys, ask.pan);
  const digest = await digestOf(keys, contract.assess.path, ask);
  const cvn2Right = await isCvn2Right(ports, ask);
  const typedMobile = ask.mobile && (await mobileHashOf(keys, ask.mobile));
  const answer = await change<Assessment | Refused>(async () => {
    // The card first: who is overtaken between the two reads is told so by the card's version.
    const file = await loadCard(sql, accountId);
    const before = answeredBefore<Assessment>(await loadRequest(sql, ask.requestId), digest);
    if (before !== undefined) return isRefused(before) ? before : written(before);
    if (file === undefined) return refused('card.unknown');
    const mobileRight = typedMobile === undefined ? undefined : same(typedMobile, file.mobileHash);
    const atMs = ports.clock.nowMs();
    const { wrongDetails, answer } = assess(
      file.card,
      { expiry: ask.expiry, cvn2Right, mobileRight },
      atMs,
    );
    const row = {
      accountId,
      version: file.card.version,
      wrongDetails,
      event: isRefused(answer) ? answer.code : 'assessed',
      requestId: ask.requestId,
      digest,
      answer: JSON.stringify(answer),
    };
    return (await saveAssessment(sql, row, atMs)) ? written(answer) : overtaken;
  });
  return isRefused(answer) ? answer : { ...answer, reasons: [...answer.reasons] };
}

/** The code is bound to the expiry, so it is judged with the one that was typed; a wrong expiry is wrong anyway. */
async function isCvn2Right(ports: IssuerPorts, ask: Ask): Promise<boolean | undefined> {
  const { pan, expiry, cvn2: given } = ask;
  if (given === undefined) return undefined;
  const serviceCode = SERVICE_CODE_CVN2;
  return ports.keys.verificationValueIs({ pan, expiry, serviceCode, given });
}

function same(left: string, right: string): boolean {
  return equalConstantTime(fromAscii(left), fromAscii(right));
}
