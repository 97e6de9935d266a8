/** `octavo explain`: what bytes are, to the last one. */

import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { explainCommand as explainApdu } from '@octavo/lib/explain/explain.ts';
import type { Command } from '../arguments.ts';

/** The command. */
export const explainCommand: Command = {
  name: 'explain',
  summary: 'what any bytes are, to the last one',
  words: '<hex|base64|file|->',
  options: {},
  examples: ['explain 00A4040008A000000333010101'],
  run: async (_given, [word = '']) => {
    process.stdout.write(`${JSON.stringify(explainApdu(fromHex(word)), null, 1)}\n`);
    return 0;
  },
};
