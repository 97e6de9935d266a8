/** What the back office of transit and the gates themselves are asked by these pages. */
import type * as gate from '@octavo/services/gate';
import type * as transit from '@octavo/services/transit';
import { type AnswerOf, call } from '../api.ts';

/** A gate as the back office sees it. */
export type GateView = AnswerOf<typeof transit.gates>['gates'][number];
/** A gate as it says of itself. */
export type GateState = AnswerOf<typeof gate.gates>['gates'][number];
/** A record that cannot be believed. */
export type Forgery = AnswerOf<typeof transit.gates>['forgeries'][number];
/** The deny list. */
export type DenyList = AnswerOf<typeof transit.lists>;
/** A journey and whose it is. */
export type Journey = AnswerOf<typeof transit.journeys>['journeys'][number];
/** One end of it. */
export type JourneyEnd = NonNullable<Journey['entry']>;
/** A rider's account. */
export type Account = AnswerOf<typeof transit.accounts>['accounts'][number];
/** Money that was asked for and not given. */
export type Debt = AnswerOf<typeof transit.debts>['debts'][number];
/** A charge. */
export type Charge = AnswerOf<typeof transit.charges>['charges'][number];
/** The acquirer's side beside ours, and the books. */
export type Reconciliation = AnswerOf<typeof transit.reconciliation>;
/** What came of closing a day. */
export type Closed = AnswerOf<typeof transit.closeDay>;
/** A tap as the back office holds it. */
export type TapKept = AnswerOf<typeof transit.tap>;

/** All gates by the back office, and what it could not believe. */
export const readGates = () => call<typeof transit.gates>('/transit/gates', {});

/** All gates by themselves. */
export const readGateStates = () => call<typeof gate.gates>('/gate/gates', {});

/** The deny list and its last changes. */
export const readLists = () => call<typeof transit.lists>('/transit/lists', {});

/** Accounts, those that changed last first. */
export const readAccounts = () => call<typeof transit.accounts>('/transit/accounts', {});

/** Debts, the oldest open one first. */
export const readDebts = () => call<typeof transit.debts>('/transit/debts', {});

/** Charges of a day, or the newest of all. */
export const readCharges = (day?: string) =>
  call<typeof transit.charges>('/transit/charges', day === undefined ? {} : { day });

/** Our charges beside the acquirer's, and the books. */
export const readReconciliation = () =>
  call<typeof transit.reconciliation>('/transit/reconciliation', {});

/** One tap with its record and verdict. */
export const readTap = (gateId: string, sequence: number) =>
  call<typeof transit.tap>('/transit/tap', { gateId, sequence });

/** An account's journeys in a month. */
export const readMonth = (accountId: string, month: string) =>
  call<typeof transit.journeys>('/transit/journeys', { accountId, month });

/** Journeys of a day, also of one that is not closed yet. */
export const readDay = (day: string) => call<typeof transit.journeys>('/transit/journeys', { day });
