/** The wallet service as the page calls it. Only types come from the services: their contracts stay out of the bundle. */
import type * as wallet from '@octavo/services/wallet';
import type { z } from 'zod';
import { ask } from '../../kit/ask.ts';
import { hexOf, newId } from '../../kit/new-id.ts';

/** An answer's type by its endpoint. */
type AnswerOf<E extends { readonly answer: z.ZodType }> = z.output<E['answer']>;
/** A body's type by its endpoint, without the request id. */
type BodyOf<E extends { readonly body: z.ZodType }> = Omit<z.input<E['body']>, 'requestId'>;

/** The holder's phone and its cards. */
export type DeviceView = AnswerOf<typeof wallet.devices>['devices'][number];
/** One of the eight leaves. */
export type Leaf = DeviceView['leaves'][number];
/** Where the adding of a card stands. */
export type EnrolmentView = AnswerOf<typeof wallet.addCard>;
/** What a card looks like, and what it asks for. */
export type CardFaceView = AnswerOf<typeof wallet.eligibility>;
/** One line of history. */
export type HistoryLine = AnswerOf<typeof wallet.history>['lines'][number];

/** A rider's trips in a month, what they cost and why, and what is owed. */
export type RiderView = AnswerOf<typeof wallet.transit>;
/** One journey with its price and why. */
export type JourneyView = RiderView['journeys'][number];
/** How far it is to a cap or to the next step of a ladder. */
export type ProgressView = RiderView['progress'][number];

const TIME_BYTES = 6;

/** A fresh enrolment id. It begins with the time: of two cards that want the same art the older one keeps it. */
export function newEnrolmentId(nowMs = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 0; place < TIME_BYTES; place += 1) {
    bytes[place] = Math.floor(nowMs / 256 ** (TIME_BYTES - 1 - place)) % 256;
  }
  return hexOf(bytes);
}

/** Send a sign-in code. */
export function requestSignIn(mobile: string) {
  return ask<AnswerOf<typeof wallet.requestSignIn>>('/wallet/request-sign-in', {
    requestId: newId(),
    mobile,
  });
}

/** Sign in with the code. */
export function signIn(mobile: string, code: string) {
  return ask<AnswerOf<typeof wallet.signIn>>('/wallet/sign-in', {
    requestId: newId(),
    mobile,
    code,
  });
}

/** A charge goes through the bank and back while it is waited for. */
const CHARGE_LIMIT_MS = 55_000;

/** The wallet service for a signed-in holder. */
export type WalletApi = ReturnType<typeof openApi>;

/** Call as the holder of a session. A command that is repeated by the caller passes its own request id. */
export function openApi(session: string) {
  const key = `holder:${session}`;
  const read = <E extends { readonly answer: z.ZodType; readonly body: z.ZodType }>(
    path: `/${string}`,
    body: z.input<E['body']>,
  ) => ask<AnswerOf<E>>(path, body, { key });
  const act = <E extends { readonly answer: z.ZodType; readonly body: z.ZodType }>(
    path: `/${string}`,
    body: BodyOf<E>,
    requestId = newId(),
    limitMs?: number,
  ) =>
    ask<AnswerOf<E>>(
      path,
      { requestId, ...body },
      { key, ...(limitMs === undefined ? {} : { limitMs }) },
    );
  return {
    devices: () => read<typeof wallet.devices>('/wallet/devices', {}),
    eligibility: (firstSix: string) =>
      read<typeof wallet.eligibility>('/wallet/eligibility', { firstSix }),
    history: (deviceId: string, afterSequence: number) =>
      read<typeof wallet.history>('/wallet/history', { deviceId, afterSequence }),
    enrolment: (deviceId: string, enrolmentId: string) =>
      read<typeof wallet.enrolment>('/wallet/enrolment', { deviceId, enrolmentId }),
    registerDevice: (body: BodyOf<typeof wallet.registerDevice>, requestId?: string) =>
      act<typeof wallet.registerDevice>('/wallet/register-device', body, requestId),
    addCard: (body: BodyOf<typeof wallet.addCard>, requestId?: string) =>
      act<typeof wallet.addCard>('/wallet/add-card', body, requestId),
    passCode: (body: BodyOf<typeof wallet.passCode>, requestId?: string) =>
      act<typeof wallet.passCode>('/wallet/pass-code', body, requestId),
    resendCode: (body: BodyOf<typeof wallet.resendCode>, requestId?: string) =>
      act<typeof wallet.resendCode>('/wallet/resend-code', body, requestId),
    provision: (body: BodyOf<typeof wallet.provision>, requestId?: string) =>
      act<typeof wallet.provision>('/wallet/provision', body, requestId),
    arrange: (body: BodyOf<typeof wallet.arrange>, requestId?: string) =>
      act<typeof wallet.arrange>('/wallet/arrange', body, requestId),
    changeCard: (body: BodyOf<typeof wallet.changeCard>, requestId?: string) =>
      act<typeof wallet.changeCard>('/wallet/change-card', body, requestId),
    changeDevice: (body: BodyOf<typeof wallet.changeDevice>, requestId?: string) =>
      act<typeof wallet.changeDevice>('/wallet/change-device', body, requestId),
    transit: (body: z.input<typeof wallet.transit.body>) =>
      read<typeof wallet.transit>('/wallet/transit', body),
    transitPay: (body: BodyOf<typeof wallet.transitPay>, requestId: string) =>
      act<typeof wallet.transitPay>('/wallet/transit-pay', body, requestId, CHARGE_LIMIT_MS),
    tapTicket: (deviceId: string, sequence: number) =>
      ask<{ ticket: string }>('/ticket/holder', { deviceId, sequence }, { key }),
  };
}
