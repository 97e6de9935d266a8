/** The frame between wallet page and worker: it passes wired commands, and keeps what the holder types to itself. */
import type {
  Ask,
  Connect,
  ElementTrouble,
  FromFrame,
  FromWorker,
  ToFrame,
  Told,
  ToWorker,
} from './messages.ts';

/** The frame's own access to the chip, for its keypad. */
export type Chip = { exchange(bytes: Uint8Array): Promise<Uint8Array> };

/** The chip cannot be had. */
class ChipTrouble extends Error {
  override readonly name = 'ChipTrouble';
  readonly trouble: ElementTrouble;
  constructor(trouble: ElementTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** How the keypad ended. */
export type KeypadEnd = 'done' | 'cancelled' | 'blocked';

/** Start the worker and wait for the wallet page; nobody else is listened to. */
export function openBridge(from: {
  readonly worker: Worker;
  readonly walletOrigin: string;
  readonly onConnect: (connect: Connect) => void;
  readonly onTheme: (theme: Connect['theme']) => void;
  /** Show the keypad for a purpose and resolve when it is over. */
  readonly keypad: (purpose: 'set' | 'arm' | 'change', chip: Chip) => Promise<KeypadEnd>;
}): void {
  const { worker, walletOrigin, onConnect, onTheme, keypad } = from;
  const waiting = new Map<number, (message: FromWorker) => void>();
  const untold: Told[] = [];
  let page: MessagePort | undefined;
  let lastId = 0;

  const tell = (told: Told) => {
    if (page === undefined) untold.push(told);
    else page.postMessage({ told } satisfies FromFrame);
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if ('told' in data) return tell(data.told);
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  const toChip = (make: (id: number) => ToWorker): Promise<FromWorker> => {
    const id = ++lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage(make(id));
    });
  };
  const chip: Chip = {
    exchange: async (bytes) => {
      const said = await toChip((id) => ({ id, kind: 'exchange', bytes }));
      if ('bytes' in said) return said.bytes;
      throw new ChipTrouble('trouble' in said ? said.trouble : 'unavailable');
    },
  };
  const handle = async (ask: Ask): Promise<Extract<FromFrame, { id: number }>['answer']> => {
    switch (ask.kind) {
      case 'apdu':
        return { kind: 'response', bytes: await chip.exchange(ask.bytes) };
      case 'place':
        worker.postMessage({ kind: 'place', air: ask.air } satisfies ToWorker);
        return { kind: 'done' };
      case 'hold': {
        const said = await toChip((id) => ({ id, kind: 'hold', near: ask.near }));
        return 'trouble' in said ? { kind: 'trouble', trouble: said.trouble } : { kind: 'done' };
      }
      case 'theme':
        onTheme(ask.theme);
        return { kind: 'done' };
      case 'passcode':
        return { kind: await keypad(ask.purpose, chip) };
    }
  };
  window.addEventListener('message', ({ origin, data, ports }: MessageEvent<Connect>) => {
    const [port] = ports;
    if (origin !== walletOrigin || data?.kind !== 'connect' || port === undefined) return;
    page = port;
    onConnect(data);
    port.onmessage = async ({ data: { id, ask } }: MessageEvent<ToFrame>) => {
      const answer = await handle(ask).catch((error: unknown) => {
        if (error instanceof ChipTrouble)
          return { kind: 'trouble', trouble: error.trouble } as const;
        throw error;
      });
      port.postMessage({ id, answer } satisfies FromFrame);
    };
    for (const told of untold.splice(0)) tell(told);
  });
}
