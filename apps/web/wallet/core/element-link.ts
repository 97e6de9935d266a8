/** The wallet page's side of the wall around the element: wired commands as a channel, and news of the antenna. */
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import type {
  Answer,
  Ask,
  Connect,
  ElementTrouble,
  FromFrame,
  Told,
} from '../../element/messages.ts';
import { siteOrigin } from '../../kit/here.ts';

/** The element cannot be had. */
export class ElementFailed extends Error {
  override readonly name = 'ElementFailed';
  readonly trouble: ElementTrouble;
  constructor(trouble: ElementTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** The element as the page knows it. */
export type ElementLink = {
  readonly wired: Channel;
  /** Lie at the place of that name. */
  place(air: string): Promise<void>;
  /** Be held near the reader, or be taken away. */
  hold(near: boolean): Promise<void>;
  /** Draw another theme. */
  wear(theme: Connect['theme']): Promise<void>;
  /** Let the holder type a passcode into the element's own frame. */
  passcode(purpose: 'set' | 'arm' | 'change'): Promise<'done' | 'cancelled' | 'blocked'>;
  /** Hear what the antenna tells; the answer ends it. */
  listen(hear: (told: Told) => void): () => void;
};

/** Connect to the element in a frame that has loaded. Nothing of it is known but what it says on the port. */
export function linkElement(frame: HTMLIFrameElement, look: Omit<Connect, 'kind'>): ElementLink {
  const { port1: port, port2 } = new MessageChannel();
  const waiting = new Map<number, (answer: Answer) => void>();
  const listeners = new Set<(told: Told) => void>();
  /** What was told before anybody listened. */
  const early: Told[] = [];
  let lastId = 0;

  port.onmessage = ({ data }: MessageEvent<FromFrame>) => {
    if ('told' in data) {
      if (listeners.size === 0) early.push(data.told);
      for (const hear of listeners) hear(data.told);
      return;
    }
    waiting.get(data.id)?.(data.answer);
    waiting.delete(data.id);
  };
  frame.contentWindow?.postMessage(
    { kind: 'connect', ...look } satisfies Connect,
    siteOrigin('element'),
    [port2],
  );
  const ask = async (what: Ask): Promise<Answer> => {
    const id = ++lastId;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      port.postMessage({ id, ask: what });
    });
    if (answer.kind === 'trouble') throw new ElementFailed(answer.trouble);
    return answer;
  };
  return {
    wired: async (bytes) => {
      const answer = await ask({ kind: 'apdu', bytes });
      if (answer.kind !== 'response') throw new ElementFailed('unavailable');
      return answer.bytes;
    },
    place: async (air) => {
      await ask({ kind: 'place', air });
    },
    hold: async (near) => {
      await ask({ kind: 'hold', near });
    },
    wear: async (theme) => {
      await ask({ kind: 'theme', theme });
    },
    passcode: async (purpose) => {
      const { kind } = await ask({ kind: 'passcode', purpose });
      return kind === 'done' || kind === 'blocked' ? kind : 'cancelled';
    },
    listen: (hear) => {
      listeners.add(hear);
      for (const told of early.splice(0)) hear(told);
      return () => {
        listeners.delete(hear);
      };
    },
  };
}
