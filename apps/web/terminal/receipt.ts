/** What stands on a receipt, from the answer to a payment or from the journal. No more than four digits of the token. */
import { localTime } from '@octavo/domain/time.ts';
import type { PaymentLine, Receipt, Shop } from './api.ts';

/** A receipt as it is printed. */
export type Printed = {
  readonly merchant: string;
  readonly merchantId: string;
  readonly terminalId: string;
  readonly amountMinor: number | string;
  readonly currency: string;
  readonly tokenLastFour?: string | undefined;
  readonly time: string;
  readonly place?: string | undefined;
  readonly retrievalReference?: string | undefined;
  readonly authorisation?: string | undefined;
  readonly responseCode?: string | undefined;
};

/** The receipt of an answer; the journal, once it is there, adds batch and trace number. */
export function printedAnswer(
  shop: Shop,
  receipt: Receipt,
  line: PaymentLine | undefined,
): Printed {
  return {
    merchant: receipt.merchant,
    merchantId: shop.merchantId,
    terminalId: receipt.terminalId,
    amountMinor: receipt.amountMinor,
    currency: receipt.currency,
    tokenLastFour: receipt.tokenLastFour,
    time: `${receipt.localDate} ${receipt.localTime}`,
    place: line === undefined ? undefined : placeOf(line),
    retrievalReference: receipt.retrievalReference,
    authorisation: receipt.authorisation,
    responseCode: receipt.responseCode,
  };
}

/** The receipt of a line of the journal. */
export function printedLine(shop: Shop, line: PaymentLine): Printed {
  return {
    merchant: shop.merchant.name,
    merchantId: shop.merchantId,
    terminalId: shop.terminalId,
    amountMinor: line.amountMinor,
    currency: line.currency,
    tokenLastFour: line.tokenLastFour,
    time: `${localTime(line.atMs).isoDate} ${timeOf(line.atMs, true)}`,
    place: placeOf(line),
    retrievalReference: line.retrievalReference,
    responseCode: line.responseCode,
  };
}

/** Hours and minutes of an instant, as the shop's clock has them. */
export function timeOf(atMs: number, withSeconds = false): string {
  const { time } = localTime(atMs);
  const text = time.replace(/^(..)(..)(..)$/, '$1:$2:$3');
  return withSeconds ? text : text.slice(0, 5);
}

function placeOf({ batch, traceNumber }: PaymentLine): string {
  return `${batch} / ${traceNumber}`;
}
