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
