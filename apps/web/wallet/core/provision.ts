/** Personalising and erasing: the token service says what to run until it says done; the page understands none of it. */
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { runRound, setActivated } from '@octavo/platform/element-commands.ts';
import type { WalletApi } from './api.ts';

/** How far it has come, for the eight leaves: commands that the element has answered. */
export type Progress = { readonly commands: number };

/** Run the rounds for a token, from wherever it stands. Idempotent: a reload begins it again. */
export async function provision(
  api: WalletApi,
  element: Channel,
  deviceId: string,
  tokenReference: string,
  onProgress: (progress: Progress) => void = () => {},
): Promise<'personalised' | 'erased'> {
  const done = await runRounds(api, element, { deviceId, tokenReference }, onProgress);
  if (done.purpose !== 'personalise') return 'erased';
  await setActivated(element, done.instanceAid, true);
  return 'personalised';
}

/** Bring certificates to the instance of an active card that has none. What was cut off is begun again. */
export async function certify(
  api: WalletApi,
  element: Channel,
  deviceId: string,
  tokenReference: string,
  onProgress: (progress: Progress) => void = () => {},
): Promise<void> {
  const whose = { deviceId, tokenReference, purpose: 'certify' } as const;
  await runRounds(api, element, whose, onProgress);
}

type Whose = Omit<Parameters<WalletApi['provision']>[0], 'round'>;

async function runRounds(
  api: WalletApi,
  element: Channel,
  whose: Whose,
  onProgress: (progress: Progress) => void,
) {
  let commands = 0;
  const counted: Channel = async (bytes) => {
    const response = await element(bytes);
    commands += 1;
    onProgress({ commands });
    return response;
  };
  let next = await api.provision(whose);
  while (next.step !== 'done') {
    const answers = await runRound(counted, next.commands);
    next = await api.provision({ ...whose, round: { step: next.step, answers: [...answers] } });
  }
  return next;
}
