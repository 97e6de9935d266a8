/** The frame's end of the port to the wallet page. What the page says before anybody listens is kept for the listener. */
import { wearTheme } from '../kit/frame-look.ts';
import type { FromCard, ToCard } from './messages.ts';

/** What a form says to the page, and how it hears it. */
export type Desk = {
  tell(message: FromCard): void;
  /** Hear the page; the answer ends it. */
  hear(listener: (message: ToCard) => void): () => void;
};

/** Take up the port. */
export function openDesk(port: MessagePort): Desk {
  const early: ToCard[] = [];
  let listener: ((message: ToCard) => void) | undefined;
  port.onmessage = ({ data }: MessageEvent<ToCard>) => {
    if (data.kind === 'theme') wearTheme(data.theme);
    else if (listener === undefined) early.push(data);
    else listener(data);
  };
  return {
    tell: (message) => port.postMessage(message),
    hear: (next) => {
      listener = next;
      for (const message of early.splice(0)) next(message);
      return () => {
        if (listener === next) listener = undefined;
      };
    },
  };
}
