/** What the phone says of express travel, gates and trips, in English. */
import type { Words } from '../../kit/words-table.ts';

/** The express card. */
export const express = {
  title: 'Express travel',
  on: 'Express travel is on',
  tag: 'Express',
  rule: 'Opens transit gates while the phone is locked or dark. Only there, and at most {{cap}} a tap.',
  other: 'Now with {{card}}.',
  preparing: 'Preparing the card for gates. Leave the page open.',
  placeTitle: 'Travel with this card instead?',
  placeText: 'One card is express at a time. This one takes the place of {{card}}.',
  take: 'Use {{card}}',
  keep: 'Keep {{card}}',
  end: {
    not_prepared:
      'The card could not be prepared, so nothing was changed. Try again when there is a connection.',
    cancelled: 'Not confirmed. Nothing was changed.',
    unsupported: 'This browser has no passkeys. Nothing was changed.',
    refused: 'The element did not accept it. Nothing was changed; try again.',
    blocked: 'The passcode is closed for good, so express cannot be turned on.',
    element: 'The secure element does not answer. Reload the page, then try again.',
  },
} satisfies Words;

/** The phone's glass while it is dark or held to a gate. */
export const glass = {
  lock: 'Lock the screen',
  lockText: 'dark, with its element still at the reader',
  dark: 'Locked screen',
  wake: 'Wake the phone',
  atGate: 'At the gate',
  shop: 'A reader is near. Wake the phone to pay.',
  hold: 'Hold to the gate',
  near: 'Hold it to the gate',
  nearText: 'Nothing to press',
  reading: 'Reading, keep still',
  read: 'Read',
  readText: 'The gate decides now.',
  moved: 'Moved too soon. Hold still.',
  movedText: 'Nothing was recorded.',
  holder: 'The gate wants its holder',
  holderText: 'No card travels alone here. Wake the phone and confirm, then hold it to the gate.',
  open: 'Go',
  passage: {
    entry: 'entry',
    exit: 'exit',
    single: 'ride',
    companion: 'with a companion',
    check: 'checked',
  },
  shut: {
    on_deny_list: {
      title: 'Pay the open fare first',
      text: 'Open this card on your phone.',
    },
    pass_back: {
      title: 'Just used here',
      text: 'This card went through this way a moment ago. Nothing more was recorded.',
    },
    station_closed: { title: 'The station is closed', text: 'Nothing was charged.' },
    wrong_direction: {
      title: 'The other way',
      text: 'This gate leads the other way. Use another one.',
    },
    out_of_service: { title: 'Out of service', text: 'Use another gate.' },
    list_too_old: {
      title: 'Use another gate',
      text: 'This one has heard nothing for too long. Nothing was charged.',
    },
    not_authenticated: {
      title: 'The card’s proof was wrong',
      text: 'Hold it there once more. If it repeats, remove the card and add it anew.',
    },
    expired: { title: 'The token has expired', text: 'Remove the card and add it anew.' },
    scheme_refused: { title: 'Not taken here', text: 'This gate does not take that card.' },
    card_declined: {
      title: 'The card did not answer',
      text: 'Nothing was charged. Confirm it is you, then hold it there again.',
    },
    other: { title: 'The gate stays shut', text: 'Nothing was charged. Use another gate.' },
  },
} satisfies Words;
