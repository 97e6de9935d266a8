/** A message between terminal, acquirer and network as a trace may show it. */
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { maskMessage } from '@octavo/lib/iso8583/mask.ts';
import type { DialectName } from '@octavo/lib/iso8583/message.ts';
import { cups, pos } from '@octavo/lib/iso8583/unionpay.ts';
import { rangeOfToken } from './demo.ts';

/**
 * An encoded message in hexadecimal for a trace: whole while its number (DE2) and its track's (DE35) are tokens or
 * absent, else with everything masked that tells the card. On these legs a number that is no token is somebody's
 * mistake, and just then it may be a card's. Throws `Iso8583Error` when the bytes are no message.
 * @see profile octavo-1
 */
export function tracedMessage(dialect: DialectName, bytes: Uint8Array): string {
  const { fields } = dialect === 'pos' ? pos.decode(bytes) : cups.decode(bytes);
  const numbers = [fields[2], fields[35]?.split(/[=D]/)[0]];
  const areTokens = numbers.every(
    (number) => number === undefined || rangeOfToken(number) !== undefined,
  );
  return toHex(maskMessage(dialect, bytes, areTokens ? 'none' : 'pan'));
}
