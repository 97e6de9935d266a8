/**
 * The element's chip: the applet with its host, in a worker of the element's own origin. The antenna is wired to it
 * here, so a command that came over the air is known as such, whatever a page may say.
 */
import { conceive } from '@octavo/lib/applet/birth.ts';
import type { LastingState } from '@octavo/lib/applet/state.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeElementCertificate } from '@octavo/lib/globalplatform/certificate.ts';
import { decodeTlv } from '@octavo/lib/tlv/tlv.ts';
import {
  type ElementHost,
  ElementRolledBack,
  ElementUnavailable,
  openElement,
} from '@octavo/platform/element.ts';
import { ask, ConnectionLost } from '../kit/ask.ts';
import { openAntenna } from './antenna.ts';
import type { ElementTrouble, FromWorker, Told, ToWorker } from './messages.ts';
import { sealedStore } from './sealed-store.ts';

declare const self: DedicatedWorkerGlobalScope;

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const say = (message: FromWorker) => self.postMessage(message);
const tell = (told: Told) => say({ told });

const opened: Promise<ElementHost> = openElement({
  storage: sealedStore(bearElement),
  clock: { nowMs: () => Date.now() },
  random,
});
opened.then(
  () => tell({ kind: 'ready' }),
  (error: unknown) => tell({ kind: 'trouble', trouble: troubleOf(error) }),
);

const antenna = openAntenna(
  async (command, announced) => (await opened).airOf(announced)(command),
  tell,
);

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'place':
      antenna.place(data.air);
      return;
    case 'hold':
      void answer(data.id, async () => {
        await antenna.hold(data.near);
        say({ id: data.id, done: true });
      });
      return;
    case 'exchange':
      void answer(data.id, async () => {
        say({ id: data.id, bytes: await (await opened).wired(data.bytes) });
      });
  }
};

async function answer(id: number, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    say({ id, trouble: troubleOf(error) });
  }
}

function troubleOf(error: unknown): ElementTrouble {
  if (error instanceof ElementRolledBack) return 'rolled_back';
  if (error instanceof ElementUnavailable)
    return error.message.includes('in use') ? 'in_use' : 'unavailable';
  if (error instanceof ConnectionLost) return 'no_connection';
  return 'unavailable';
}

/** A new element: its key is made here, and the maker signs what it may see of it. */
async function bearElement(): Promise<LastingState> {
  const { makerId, cplc, tokenServiceKey } = await ask<Conception>('/element/conceive', {});
  const unborn = conceive({
    random,
    cplc: fromHex(cplc),
    makerId,
    tokenServiceKey: fromHex(tokenServiceKey),
  });
  const publicKey = decodeTlv(unborn.toSign).find(({ tag }) => tag === '86')?.value;
  if (publicKey === undefined) throw new ElementUnavailable('no key was born');
  const hex = [...publicKey]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
  const { signature } = await ask<{ signature: string }>('/element/sign', { cplc, publicKey: hex });
  const lasting = unborn.bear(fromHex(signature));
  decodeElementCertificate(lasting.birth.certificate);
  return lasting;
}

type Conception = {
  readonly makerId: string;
  readonly cplc: string;
  readonly tokenServiceKey: string;
};
