/** The gate service as the page calls it. Only types come from the services: their contracts stay out of the bundle. */
import type * as gate from '@octavo/services/gate';
import type { z } from 'zod';
import { ask } from '../kit/ask.ts';
import { type KeyedCall, keyedCall } from '../kit/keyed-call.ts';
import { newId } from '../kit/new-id.ts';
import type { GatePlace } from './place.ts';

/** An answer's type by its endpoint. */
type AnswerOf<E extends { readonly answer: z.ZodType }> = z.output<E['answer']>;

/** How a tap ended. */
export type TapAnswer = AnswerOf<typeof gate.tap>;
/** What a tap is asked with. */
export type TapAsk = z.input<(typeof gate.tap)['body']>;
/** Where the gate is with it. */
export type Stage = AnswerOf<typeof gate.progress>['stage'];
/** How the gate stands. */
export type GateView = AnswerOf<typeof gate.state>;
/** A line of its last taps. */
export type TapLine = AnswerOf<typeof gate.taps>['taps'][number];
/** How it is set up, with the version that a change has to name. */
export type VersionedSettings = AnswerOf<typeof gate.settings>;
/** How it is set up. */
export type GateSettings = VersionedSettings['settings'];
/** Where it stands. */
export type PlaceAsk = z.input<(typeof gate.openGate)['body']>['place'];
/** What a phone beside the gate is shown of a tap's end. */
export type Shown = {
  readonly outcome: 'opened' | 'refused' | 'try_again';
  readonly code?: string | undefined;
  readonly passage?: Exclude<TapAnswer['recordedAs'], 'refused'>;
  readonly place?: { readonly en: string; readonly zh: string } | undefined;
};

/** An open gate. */
export type GateApi = ReturnType<typeof callsOf> & { readonly at: GatePlace };

/** The gate itself waits this long for a phone that answers slowly. */
const TAP_LIMIT_MS = 60_000;

/**
 * Open the gate at a place, which is built there if it was not yet. When the gate has forgotten its key, as it does
 * after a day, the same gate is opened again and the call goes on.
 */
export async function openGate(at: GatePlace): Promise<GateApi> {
  const open = async () =>
    (await ask<AnswerOf<typeof gate.openGate>>('/gate/open', { requestId: newId(), ...at })).key;
  const call = keyedCall({
    key: await open(),
    forgotten: 'gate.unknown',
    open,
  });
  return { at, ...callsOf(call) };
}

function callsOf(call: KeyedCall) {
  return {
    settings: () => call<VersionedSettings>('/gate/settings', {}),
    change: ({ version, settings }: VersionedSettings) =>
      call<VersionedSettings>('/gate/set', { requestId: newId(), version, settings }),
    tap: (body: TapAsk) => call<TapAnswer>('/gate/tap', body, TAP_LIMIT_MS),
    progress: async (requestId: string) =>
      (await call<{ stage: Stage }>('/gate/progress', { requestId })).stage,
    state: () => call<GateView>('/gate/state', {}),
    taps: async () => (await call<{ taps: TapLine[] }>('/gate/taps', {})).taps,
  };
}

/** Let the phone in the field see how it ended. */
export async function showPhone(air: string, shown: Shown): Promise<void> {
  await ask('/air/show', { air, shown });
}
