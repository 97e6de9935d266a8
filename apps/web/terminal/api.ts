/** The terminal service as the till calls it. Only types come from the services: their contracts stay out of the bundle. */
import type * as terminal from '@octavo/services/terminal';
import type { z } from 'zod';
import { ask } from '../kit/ask.ts';
import { type KeyedCall, keyedCall } from '../kit/keyed-call.ts';
import { newId } from '../kit/new-id.ts';
import { keep, kept } from './keep.ts';

/** An answer's type by its endpoint. */
type AnswerOf<E extends { readonly answer: z.ZodType }> = z.output<E['answer']>;

/** How a payment ended. */
export type PayAnswer = AnswerOf<typeof terminal.pay>;
/** What is printed of it. */
export type Receipt = NonNullable<PayAnswer['receipt']>;
/** Where the terminal stands with it. */
export type Stage = AnswerOf<typeof terminal.progress>['stage'];
/** A line of the till's journal. */
export type PaymentLine = AnswerOf<typeof terminal.payments>['payments'][number];
/** How the reader is set up, with the version that a change has to name. */
export type VersionedSettings = AnswerOf<typeof terminal.settings>;
/** How the reader is set up. */
export type ReaderSettings = VersionedSettings['settings'];
/** The till's shop and terminal. */
export type Shop = Omit<AnswerOf<typeof terminal.openTill>, 'till'>;
/** What a payment is asked with. */
export type PayAsk = z.input<(typeof terminal.pay)['body']>;

/** An open till. */
export type TillApi = ReturnType<typeof callsOf> & { readonly shop: Shop };

/** The terminal itself waits a minute for its acquirer. */
const PAY_LIMIT_MS = 130_000;

/**
 * Open the till: this browser's own, for as long as it is used. When the terminal has forgotten its key, as it does
 * with a restart, the same till is opened again and the call goes on.
 */
export async function openTill(): Promise<TillApi> {
  const requestId = kept('till') ?? newId();
  keep('till', requestId);
  const open = () => ask<AnswerOf<typeof terminal.openTill>>('/terminal/open-till', { requestId });
  const { till: key, ...shop } = await open();
  const call = keyedCall({
    key,
    forgotten: 'till.unknown',
    open: async () => (await open()).till,
  });
  return { shop, ...callsOf(call) };
}

function callsOf(call: KeyedCall) {
  return {
    settings: () => call<VersionedSettings>('/terminal/settings', {}),
    change: ({ version, settings }: VersionedSettings) =>
      call<VersionedSettings>('/terminal/set', { requestId: newId(), version, settings }),
    pay: (body: PayAsk) => call<PayAnswer>('/terminal/pay', body, PAY_LIMIT_MS),
    progress: async (requestId: string) =>
      (await call<{ stage: Stage }>('/terminal/progress', { requestId })).stage,
    payments: async () =>
      (await call<{ payments: PaymentLine[] }>('/terminal/payments', {})).payments,
    takeBack: (requestId: string, payment: string) =>
      call<AnswerOf<typeof terminal.voidPayment>>(
        '/terminal/void',
        { requestId, payment },
        PAY_LIMIT_MS,
      ),
    ticket: (payment: string) => call<{ ticket: string }>('/ticket/cashier', { payment }),
  };
}
