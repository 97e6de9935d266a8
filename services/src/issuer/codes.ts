/** One-time codes: drawn, sent as a text message, counted and checked. Only their keyed hash is kept. */
import type { z } from '@hono/zod-openapi';
import { institutions } from '@octavo/domain/demo.ts';
import { drawDigits } from '@octavo/domain/draw.ts';
import {
  type CodeSent,
  checkCode,
  RESEND_WINDOW_MS,
  sendCode,
} from '@octavo/domain/issuer-card.ts';
import { isRefused, type Refused, refused } from '@octavo/domain/refusal.ts';
import { equalConstantTime } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import { answeredBefore, digestOf } from '../request.ts';
import { loadCode, saveSending, saveTry } from './code-store.ts';
import * as contract from './contract.ts';
import { deliverLine, sealText } from './inbox.ts';
import { accountIdOf, type IssuerPorts, utf8 } from './ports.ts';
import { loadCard, loadRequest } from './store.ts';

/** Send a code for an enrolment: the first, or one that replaces the last. */
export async function sendOneTimeCode(
  ports: IssuerPorts,
  ask: z.output<typeof contract.sendCode.body>,
): Promise<CodeSent | Refused> {
  const { keys, sql } = ports;
  const { requestId, enrolmentId, pan } = ask;
  const accountId = await accountIdOf(keys, pan);
  const digest = await digestOf(keys, contract.sendCode.path, ask);
  const code = drawDigits(6, ports.random);
  const hash = await codeHash(ports, enrolmentId, code);
  const body = await sealText(keys, requestId, textOf(code, pan.slice(-4)));
  const answer = await change<CodeSent | Refused>(async () => {
    const atMs = ports.clock.nowMs();
    const view = await loadCode(sql, enrolmentId, atMs - RESEND_WINDOW_MS);
    const file = await loadCard(sql, accountId);
    const before = answeredBefore<CodeSent>(await loadRequest(sql, requestId), digest);
    if (before !== undefined) return isRefused(before) ? before : written(before);
    if (file === undefined) return refused('card.unknown');
    const decided = sendCode(view?.code, accountId, view?.recentResends ?? 0, atMs);
    if (isRefused(decided)) return decided;
    const sending = {
      enrolmentId,
      accountId,
      hash,
      expiresAtMs: decided.value.expiresAtMs,
      sendNumber: view?.sends ?? 0,
      replaces: view?.code.version,
      requestId,
      digest,
      answer: JSON.stringify(decided.value),
      mobileHash: file.mobileHash,
      sender: institutions.issuer.en,
      body,
    };
    return (await saveSending(sql, sending, atMs)) ? written(decided.value) : overtaken;
  });
  if (!isRefused(answer)) await deliverLine(sql, requestId);
  return answer;
}

/** Check a typed code. A wrong one is stored under its request id like an answer, so that a repeat counts once. */
export async function checkOneTimeCode(
  ports: IssuerPorts,
  ask: z.output<typeof contract.checkCode.body>,
): Promise<Record<string, never> | Refused> {
  const { keys, sql } = ports;
  const { requestId, enrolmentId } = ask;
  const digest = await digestOf(keys, contract.checkCode.path, ask);
  const typed = await codeHash(ports, enrolmentId, ask.code);
  return change<Record<string, never> | Refused>(async () => {
    const atMs = ports.clock.nowMs();
    const view = await loadCode(sql, enrolmentId, atMs);
    const before = answeredBefore<Record<string, never>>(await loadRequest(sql, requestId), digest);
    if (before !== undefined) return isRefused(before) ? before : written(before);
    if (view === undefined) return refused('enrolment.unknown');
    const right = equalConstantTime(typed, view.hash);
    const { wrongTries, refusal } = checkCode(view.code, right, atMs);
    const answer = refusal ?? {};
    const row = {
      enrolmentId,
      version: view.code.version,
      wrongTries,
      verified: view.code.verified || refusal === undefined,
      requestId,
      digest,
      answer: JSON.stringify(answer),
    };
    return (await saveTry(sql, row, atMs)) ? written(answer) : overtaken;
  });
}

/** Bound to the enrolment, so a code of one opens no other. */
function codeHash(ports: IssuerPorts, enrolmentId: string, code: string): Promise<Uint8Array> {
  return ports.keys.lookupHash('code', utf8(`${enrolmentId} ${code}`));
}

/** The text message. It holds the code, as a text message must: the demo inbox stands for the phone network. */
function textOf(code: string, lastFour: string): string {
  const { en, zh } = institutions.issuer;
  const english = `[${en}] ${code} is your code for adding card ending ${lastFour} to a phone. It works for 10 minutes. Tell it to nobody.`;
  const chinese = `【${zh}】验证码 ${code}，用于把尾号 ${lastFour} 的卡添加到手机，10 分钟内有效，不要告诉任何人。`;
  return `${english} · ${chinese}`;
}
