/** What a transit operator is told of its advices and charges. */
import type { z } from '@hono/zod-openapi';
import { originalData } from '@octavo/domain/message.ts';
import { chargeReason, chargeStanding, meaningOfResponse } from '@octavo/domain/payment.ts';
import { type RefusalCode, refusals } from '@octavo/domain/refusal.ts';
import type * as contract from './contract.ts';
import type { ListedPayment } from './payment-store.ts';
import type { AdviceRow } from './transit-store.ts';

/** An advice as it is answered. */
export type Advised = z.input<typeof contract.Advised>;

/** A charge as it is answered. */
export type Charged = z.input<typeof contract.transitCharge.answer>;

type TransitPayment = z.input<typeof contract.TransitPaymentView>;

/** A tap that was refused here, for the request itself. */
export function refusedTap(requestId: string, code: RefusalCode): Advised {
  return { requestId, state: 'refused', responseCode: refusals[code].responseCode, code };
}

/** An advice as it stands. One that was given up has no verdict and never will. */
export function advisedRow(row: AdviceRow): Advised {
  const { requestId, request, responseCode, accountReference } = row;
  const code = responseCode === undefined ? undefined : meaningOfResponse(responseCode).code;
  return {
    requestId,
    state: row.state === 'pending' ? 'unknown' : row.state === 'given_up' ? 'declined' : row.state,
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(code === undefined ? {} : { code }),
    retrievalReference: request['37'] ?? '',
    ...(accountReference === undefined ? {} : { accountReference }),
    advice: originalData('0220', request),
  };
}

/** A charge as it stands. */
export function chargedRow({ payment, reversal, kept }: ListedPayment): Charged {
  const { answer } = payment;
  const code = answer?.code ?? (answer && chargeReason(answer.responseCode));
  return {
    state: chargeStanding(payment, reversal === 'done'),
    ...(answer === undefined ? {} : { responseCode: answer.responseCode }),
    ...(code === undefined ? {} : { code }),
    ...(kept === undefined ? {} : { retrievalReference: kept.retrievalReference }),
    ...(answer?.authorisation === undefined ? {} : { authorisation: answer.authorisation }),
    ...(answer === undefined ? {} : { settlementDate: answer.settlementDate }),
  };
}

/** A charge as it is listed for reconciliation. */
export function listedCharge(row: ListedPayment): TransitPayment {
  const { key, atMs, tokenLastFour, currency, payment, kept } = row;
  const { state, responseCode, settlementDate } = chargedRow(row);
  return {
    requestId: key.traceNumber,
    terminalId: key.terminalId,
    retrievalReference: kept?.retrievalReference ?? '',
    atMs,
    tokenLastFour,
    amountMinor: Number(payment.amountMinor),
    currency,
    state,
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(settlementDate === undefined ? {} : { settlementDate }),
  };
}
