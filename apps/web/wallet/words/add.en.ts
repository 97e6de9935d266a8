/** What the phone says while a card is added, in English. */
import type { Words } from '../../kit/words-table.ts';

/** English. */
export const add = {
  title: 'Add a card',
  form: 'The token service’s form for a card',
  codeForm: 'The token service’s form for a code',
  sealed: 'Encrypted on this phone for the token service. Octavo’s servers pass it on unread.',
  next: 'Continue',
  blank: 'The card appears with its first six digits.',
  noConnection: 'No connection. Nothing was sent; try again in a moment.',
  noKey: 'We could not reach the token service. Nothing was sent.',
  trace: 'Trace {{trace}}',
  terms: {
    title: 'Card terms of {{issuer}}',
    first: 'A token stands in for your card on this phone, and pays from the same account.',
    second: 'Your card and its number stay as they are; shops never see the number.',
    third: 'Each payment counts as yours once you have confirmed it on this phone.',
    fourth: 'Your bank’s limits and fees for the card hold for the phone too.',
    fifth: 'If you lose the phone, lock it at once; what is paid after that is not yours to bear.',
    sixth: 'You, your bank or the token service may suspend or delete the token at any time.',
    version: 'Version {{version}}',
    agree: 'Agree and add the card',
  },
  asking: {
    title: 'Asking your bank',
    text: 'It decides whether this card may come onto this phone.',
    long: 'It takes longer than usual. You may leave; nothing is lost.',
  },
  method: {
    title: 'Confirm it with your bank',
    text: 'The card cannot pay until the bank has confirmed that it is yours.',
    code: 'One-time code',
    codeTo: 'sent to {{mobile}}',
    app: 'Open the bank’s app',
    appText: 'approve there; this page goes on by itself',
  },
  code: {
    title: 'Enter the code',
    sentTo: 'Your bank sent six digits to {{mobile}}.',
    sent: 'Your bank sent six digits.',
    wrong: 'That code was not right.',
    triesLeft_one: '{{count}} try left.',
    triesLeft_other: '{{count}} tries left.',
    dead: 'That code is dead after three tries.',
    expired: 'That code is too old.',
    works: 'The code works for {{time}}.',
    checking: 'Checking the code',
    resendIn: 'Send again in {{seconds}} s',
    resend: 'Send a new code',
    resendsLeft_one: '{{count}} new code left',
    resendsLeft_other: '{{count}} new codes left',
    noneLeft: 'No more codes for this card now.',
    other: 'Other ways',
    waits: 'Card {{digits}} · waiting for the code',
    text: 'The card cannot pay until the bank has confirmed that it is yours.',
    begin: 'Begin again',
    retry: 'Try again',
  },
  moving: {
    title: 'Putting the card on this phone',
    text: 'Leave the page open. If it stops, it carries on from there.',
    stopped: 'It stopped, and nothing is lost.',
    offline: 'No connection, so it waits. Nothing is lost.',
    carryOn: 'Carry on',
    step: '{{count}} of 8',
    done: 'Ready to pay',
    doneText: 'The token lives on this phone only. Hold it near a reader to pay.',
    close: 'Done',
  },
  push: {
    title: 'A card from your bank',
    text: 'Your bank hands this card on to Octavo. Its number passes through no page.',
    next: 'Read the terms',
  },
  lost: {
    title: 'No answer came',
    text: 'Your bank may have heard it or not; nothing was taken. Trying again asks only once.',
    retry: 'Try again',
  },
  act: {
    check: 'Check the details',
    another: 'Add another card',
    begin: 'Begin again',
    home: 'To the wallet',
  },
  refused: {
    card: {
      luhn_wrong: {
        title: 'One digit looks wrong',
        text: 'Check the last group of the number. Nothing was sent to the bank.',
      },
      unknown_bin: {
        title: 'No bank here issues such a card',
        text: 'Check the first six digits. Nothing was sent to a bank.',
      },
      unknown: {
        title: 'Your bank does not know this card',
        text: 'Check the number against the card.',
      },
      expired: {
        title: 'This card has expired',
        text: 'Add the card that your bank sent you after it.',
      },
      details_wrong: {
        title: 'The details do not match the card',
        text: 'Check expiry and the rest. After too many wrong tries the bank locks the card for adding.',
      },
      locked: {
        title: 'Your bank has locked this card for adding',
        text: 'Too many details were wrong. Call the number on the back of the card.',
      },
      declined: {
        title: 'Your bank did not allow this card.',
        text: 'It does not tell us why. Call the number on the back of the card.',
      },
      on_device: {
        title: 'This card is on this phone already',
        text: 'It has a leaf of its own; look in the wallet.',
      },
    },
    enrolment: {
      unknown: {
        title: 'Nobody knows of this card entry',
        text: 'Your card was not added and nothing was taken. Begin again.',
      },
      envelope_refused: {
        title: 'The card entry could not be opened',
        text: 'It may be too old. Your card was not added; type it again.',
      },
      terms_changed: {
        title: 'The terms have changed meanwhile',
        text: 'Your card was not added. Begin again and read the new ones.',
      },
      lapsed: {
        title: 'The time for this card is over',
        text: 'Your card was not added and nothing was taken. Begin again.',
      },
      not_waiting: {
        title: 'No code is awaited any more',
        text: 'The bank has spoken already; the wallet shows how it stands.',
      },
      not_verified: {
        title: 'Your bank has not confirmed this card yet',
        text: 'Your card was not added. Begin again.',
      },
      resend_limit: {
        title: 'No more codes for now',
        text: 'Your bank sends three an hour. Begin again later.',
      },
      bank_refused: {
        title: 'Your bank refused to add this card',
        text: 'It was refused in the bank’s app or by its call centre. Ask your bank.',
      },
    },
    push: {
      unknown: {
        title: 'No bank has handed on this card',
        text: 'Nothing was added. Begin again in the bank’s app.',
      },
      lapsed: {
        title: 'It was not added in time',
        text: 'A card from the bank waits ten minutes. Begin again in the bank’s app.',
      },
      used: {
        title: 'This card of the bank was taken before',
        text: 'Each hand-over works once. Begin again in the bank’s app.',
      },
    },
    device: {
      unknown: {
        title: 'The wallet does not know this phone',
        text: 'Your card was not added. Sign in again.',
      },
      locked: {
        title: 'This phone is locked',
        text: 'Unlock it, then add the card. Nothing was sent to the bank.',
      },
      wiped: {
        title: 'This phone was wiped',
        text: 'Use this browser as a phone again, then add the card.',
      },
      element_refused: {
        title: 'The secure element is not trusted',
        text: 'Your card was not added. Use another browser.',
      },
      element_taken: {
        title: 'This secure element belongs to another phone',
        text: 'Your card was not added. Use another browser.',
      },
    },
    wallet: {
      full: {
        title: 'All eight leaves are taken.',
        text: 'Remove a card to make room. Nothing was sent to the bank.',
      },
      card_unknown: {
        title: 'This card was not added',
        text: 'The wallet knows nothing of it, and nothing was taken. Begin again.',
      },
    },
    request: {
      too_often: {
        title: 'Too many tries',
        text: 'Nothing was sent. Wait a minute, then try again.',
      },
    },
    personalisation: {
      element_failed: {
        title: 'The secure element did not take the card',
        text: 'The card was not added and cannot pay. Begin again.',
      },
    },
    other: {
      title: 'The card was not added',
      text: 'Nothing was taken. Begin again.',
    },
  },
} satisfies Words;
