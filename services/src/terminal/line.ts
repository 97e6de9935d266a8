/** The terminal's line to its acquirer: dialled when it is needed, one question at a time. */
import { tracedMessage } from '@octavo/domain/message-trace.ts';
import { type Link, LinkDown } from '@octavo/domain/ports.ts';
import type { PosMessage } from '@octavo/lib/iso8583/unionpay.ts';
import { dialOnce } from '../dial.ts';
import { within } from '../endpoint.ts';
import { isAnswerTo } from './message.ts';
import type { TerminalPorts } from './ports.ts';

/** The line. */
export type AcquirerLine = {
  /** Have a connection; false when there is none to be had. */
  connect(): Promise<boolean>;
  /**
   * Send a message and wait for the frame that answers it; undefined when the time is over or the line
   * dropped. Frames that answer nothing we asked are let go. `about` goes into the trace.
   */
  ask(
    asked: PosMessage,
    bytes: Uint8Array,
    about?: Readonly<Record<string, string>>,
  ): Promise<Uint8Array | undefined>;
  close(): void;
};

/** Make the line. */
export function createAcquirerLine(ports: TerminalPorts): AcquirerLine {
  let link: Link | undefined;
  let waiter: { readonly asked: PosMessage; take(frame: Uint8Array | undefined): void } | undefined;

  const read = async (from: Link): Promise<void> => {
    try {
      for await (const frame of from.frames) {
        if (waiter !== undefined && isAnswerTo(waiter.asked, frame)) waiter.take(frame);
      }
    } catch (error) {
      if (!(error instanceof LinkDown)) throw error;
    }
    if (link !== from) return;
    link = undefined;
    waiter?.take(undefined);
  };

  const connect = async (): Promise<boolean> => {
    if (link !== undefined) return true;
    link = await dialOnce(ports.dialAcquirer);
    if (link === undefined) return false;
    void read(link);
    return true;
  };

  return {
    connect,
    ask: async (asked, bytes, about = {}) => {
      if (!(await connect()) || link === undefined) return undefined;
      const to = link;
      const answer = new Promise<Uint8Array | undefined>((take) => {
        waiter = { asked, take };
      });
      const { mti } = asked;
      ports.trace('iso8583', {
        leg: 'terminal-acquirer',
        dialect: 'pos',
        mti,
        message: tracedMessage('pos', bytes),
        ...about,
      });
      try {
        await to.send(bytes);
        return await within(ports.clock, ANSWER_LIMIT_MS, () => answer);
      } catch (error) {
        if (error instanceof LinkDown) return undefined;
        throw error;
      } finally {
        waiter = undefined;
      }
    },
    close: () => link?.close(),
  };
}

/** How long the acquirer has. @see docs/specs.md, ISO 8583 sheet, section 10 */
const ANSWER_LIMIT_MS = 60_000;
