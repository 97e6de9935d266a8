/** The words of the page in English. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  title: 'Paste',
  label: 'Bytes to be explained',
  hint: 'Hexadecimal, base64, a dump, a message, a log of commands',
  limit:
    'At most {{limit}} KiB. Account numbers, PINs and keys are masked at the right in any case.',
  stays: 'Stays on this page, works offline',
  examples: 'Try',
  example: { apdu: 'An answer of a phone', chip: 'Chip data', message: 'A message' },
  clear: 'Clear',
  empty: 'What the bytes are stands here: every byte, by name, and what does not fit together.',
  refused: {
    too_long: 'Too long: at most {{limit}} KiB are explained at once.',
    odd_digits: 'One hexadecimal digit is missing, or one is too many.',
    nothing_fits: 'Nothing we know fits these bytes.',
  },
  couldBe: 'It could be',
  sure: { sure: 'sure', likely: 'likely', possible: 'possible', unlikely: 'unlikely' },
  knownFrom: 'Known from: {{source}}',
  more: '{{shown}} of {{count}} bytes are drawn. Draw more',
} satisfies Words;
