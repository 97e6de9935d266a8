/**
 * Data that were sent in several commands: put together after the last of them and explained as one. In a secure
 * channel each part is closed for itself, so nothing is joined there.
 * @see docs/specs.md, provisioning sheet, section 3
 */
import { concat } from '../bytes/bytes.ts';
import { hasSecureMessaging, isChained, readCommand } from './command.ts';
import { type Explained, group, wholeOf } from './explained.ts';
import { instructionOf, type Known } from './instructions.ts';

/** The parts of a chain of commands so far. */
export type Chain = { readonly ins: number; readonly parts: readonly Uint8Array[] };

/** What several commands carried together, and what it is. */
export type Joined = { readonly bytes: Uint8Array; readonly tree: Explained };

/** The most bytes that are put together. */
const MAX_JOINED_BYTES = 65_536;

/** The chain after one more command; undefined when none is open. */
export function chainAfter(chain: Chain | undefined, bytes: Uint8Array): Chain | undefined {
  const command = readCommand(bytes);
  if (typeof command === 'string' || !isChained(command) || hasSecureMessaging(command)) {
    return undefined;
  }
  const { ins, data } = command;
  const before = chain !== undefined && chain.ins === ins ? chain.parts : [];
  return { ins, parts: [...before, data] };
}

/** What a chain comes to with its last command; undefined when this is not the last of it, or of none. */
export function joinedBy(
  chain: Chain | undefined,
  bytes: Uint8Array,
  known: Known,
): Joined | undefined {
  const command = readCommand(bytes);
  if (chain === undefined || typeof command === 'string' || isChained(command)) return undefined;
  const instruction = instructionOf(command);
  if (instruction === undefined || command.ins !== chain.ins || hasSecureMessaging(command)) {
    return undefined;
  }
  const joined = concat(...chain.parts, command.data);
  if (joined.length === 0 || joined.length > MAX_JOINED_BYTES) return undefined;
  const whole = wholeOf(joined);
  const data = instruction.data(whole, { ...command, data: joined }, known);
  const decoded = `${chain.parts.length + 1} commands, ${joined.length} bytes`;
  const saying = { name: `data of ${instruction.name}`, meaning: 'form' as const, decoded };
  return { bytes: joined, tree: group(whole, saying, data) };
}
