/**
 * Runs a tap over a wire. The tap itself does no I/O; this is the one place where it meets a channel.
 * @see docs/specs.md, EMV contactless sheet, section 5
 */
import {
  ApduError,
  type Command,
  decodeResponse,
  encodeCommand,
  type Response,
} from '../apdu/apdu.ts';
import { type Channel, FieldLost } from '../apdu/channel.ts';
import type { Outcome } from './outcome.ts';

/** What a tap is sent for each command: the card's response, or the news that the card is gone. */
export type Answer = Response | 'field_lost';

/** One tap in progress: yields a command, is sent the answer, returns how it ended. */
export type Tap = Generator<Command, Outcome, Answer>;

/**
 * Run a tap to its outcome. A card that left, and bytes that are no response at all, are the same to
 * the tap: the field is lost. Any other error of the channel is not the card's and is passed on.
 * @example const outcome = await driveTap(tap(input), channel);
 */
export async function driveTap(tap: Tap, channel: Channel): Promise<Outcome> {
  let step = tap.next();
  while (!step.done) step = tap.next(await exchange(step.value, channel));
  return step.value;
}

async function exchange(command: Command, channel: Channel): Promise<Answer> {
  try {
    return decodeResponse(await channel(encodeCommand(command)));
  } catch (error) {
    if (error instanceof FieldLost || error instanceof ApduError) return 'field_lost';
    throw error;
  }
}
