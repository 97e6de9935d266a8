/** Which words stand for the events and reasons of a token's history. */
import type { words } from './words-en.ts';

type WordKey = keyof typeof words;

/** By the name of an event. */
export const eventWords = {
  verify: 'eventVerify',
  refuse: 'eventRefuse',
  tokenise: 'eventTokenise',
  activate: 'eventActivate',
  suspend: 'eventSuspend',
  resume: 'eventResume',
  delete: 'eventDelete',
  lapse: 'eventLapse',
  certify: 'eventCertify',
} as const satisfies Readonly<Record<string, WordKey>>;

/** By reason: those that can be chosen, and those that the services give. */
export const reasonWords = {
  HOLDER_REQUEST: 'reasonHolder',
  DEVICE_LOST: 'reasonLost',
  DEVICE_FOUND: 'reasonFound',
  DEVICE_WIPED: 'reasonWiped',
  FRAUD_SUSPECTED: 'reasonFraud',
  ACCOUNT_CLOSED: 'reasonClosed',
  ISSUER_REQUEST: 'reasonIssuer',
  OTHER: 'reasonOther',
  CODE_RIGHT: 'reasonCode',
  GREEN: 'reasonGreen',
  PUSHED: 'reasonPushed',
  BANK_APP: 'reasonBankApp',
  CALL_CENTRE: 'reasonCall',
  VERIFIED: 'reasonVerified',
  PERSONALISED: 'reasonPersonalised',
  PERSONALISATION_FAILED: 'reasonNotPersonalised',
  CERTIFIED: 'reasonCertified',
  TIME_OVER: 'reasonTimeOver',
  CLONE_PROVED: 'reasonClone',
} as const satisfies Readonly<Record<string, WordKey>>;
