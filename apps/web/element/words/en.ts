import type { Words } from '../../kit/words-table.ts';

/** What the element's keypad says in English. */
export const words = {
  ask: {
    passcode: 'Enter your passcode',
    old: 'Enter your current passcode',
    first: 'Choose a passcode',
    new: 'Choose a new passcode',
    again: 'Type it once more',
  },
  note: 'Goes to the secure element, not to this page',
  typed: '{{typed}} of 6 digits',
  // What follows stands in bold.
  wrong: 'That was not right. ',
  left_one: '{{count}} try left.',
  left_other: '{{count}} tries left.',
  differs: 'The two were not the same. Begin again.',
  blocked:
    'This phone’s passcode is closed for good. Cards that you confirm with a passkey still pay.',
  over: { blocked: 'Passcode closed', refused: 'Not done' },
  refused: {
    arm: 'This phone has no passcode yet. Nothing was confirmed.',
    set: 'A passcode is set once, before the first card. Nothing was changed.',
    change: 'This phone has no passcode yet. Nothing was changed.',
    other: 'The element did not take it. Nothing was changed.',
  },
  keys: 'Digits',
  erase: 'Delete',
  cancel: 'Cancel',
  close: 'Close',
} satisfies Words;
