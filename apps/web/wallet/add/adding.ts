/** Adding a card as a page lives it: what is asked of the wallet service, and the step that its answer leads to. */
import { requestors } from '@octavo/domain/demo.ts';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Binding } from '../../card/messages.ts';
import { ConnectionLost, Refused } from '../../kit/ask.ts';
import { newId } from '../../kit/new-id.ts';
import { type EnrolmentView, type Leaf, newEnrolmentId } from '../core/api.ts';
import type { Wallet } from '../core/wallet.ts';
import { useWallet } from '../use-wallet.tsx';

/** Where the adding stands. */
export type AddStep =
  | { readonly kind: 'form' }
  /** The bank is asked, or the phone looks again what it said. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'method'; readonly view: EnrolmentView }
  | { readonly kind: 'code'; readonly view: EnrolmentView }
  | { readonly kind: 'moving' }
  | { readonly kind: 'refused'; readonly code: string }
  /** No answer came; `retry` asks the same once more. */
  | { readonly kind: 'lost'; readonly trace: string; readonly retry: () => void };

/** Why the last code did not do. */
export type CodeTrouble =
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'dead' | 'expired' | 'none_left' | 'lost' };

/** How often an enrolment that is waited for is looked at. */
const LOOK_MS = 1_500;

/** The adding of one card after another in one visit. */
export type Adding = ReturnType<typeof useAdding>;

/** Begin, or go on with a leaf that was taken before. */
export function useAdding(resume: Leaf | undefined) {
  const wallet = useWallet();
  const [enrolmentId, setEnrolmentId] = useState(
    () => resume?.enrolmentId ?? begunId() ?? newEnrolmentId(),
  );
  const [step, setStep] = useState<AddStep>(() => firstStep(resume));
  const binding = useBinding(wallet, enrolmentId);
  const deviceId = wallet.state().device?.deviceId ?? '';

  /** Go where a view leads. Whoever is typing a code is left at it. */
  const follow = useCallback(
    (view: EnrolmentView, first: 'method' | 'code' = 'code') => {
      setStep((now) => stepOfView(view, now, first));
      // The wallet's own view follows at once, unless this one is what was shown already.
      if (first === 'method' || view.state !== 'code_awaited') wallet.wake();
    },
    [wallet],
  );
  const refuse = useCallback((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    // The bank has not spoken yet: the phone looks again by itself.
    setStep(error.code === 'busy' ? { kind: 'asking' } : { kind: 'refused', code: error.code });
  }, []);
  const isSending = useRef(false);
  useLooking(wallet, { enrolmentId, deviceId, step, isSending, follow, refuse });

  return {
    enrolmentId,
    binding,
    step,
    /** Ask to add what is in the envelope, under the terms that were accepted. */
    send: (envelope: string, termsVersion: string) => {
      const requestId = newId();
      noteBegun(enrolmentId);
      const ask = async (): Promise<void> => {
        setStep({ kind: 'asking' });
        isSending.current = true;
        try {
          const body = { deviceId, enrolmentId, envelope, termsVersion };
          follow(await wallet.api().addCard(body, requestId), 'method');
        } catch (error) {
          if (!(error instanceof ConnectionLost)) return refuse(error);
          const trace = `${requestId.slice(0, 4)} ${requestId.slice(4, 8)}`.toLowerCase();
          setStep({ kind: 'lost', trace, retry: () => void ask() });
        } finally {
          isSending.current = false;
        }
      };
      void ask();
    },
    /** Pass a code on. The answer says what was wrong with it; nothing when the step has changed. */
    passCode: async (envelope: string, requestId: string): Promise<CodeTrouble | undefined> => {
      try {
        follow(await wallet.api().passCode({ deviceId, enrolmentId, envelope }, requestId));
        return undefined;
      } catch (error) {
        return codeTrouble(error, refuse);
      }
    },
    resend: async (requestId: string): Promise<CodeTrouble | undefined> => {
      try {
        follow(await wallet.api().resendCode({ deviceId, enrolmentId }, requestId));
        return undefined;
      } catch (error) {
        return codeTrouble(error, refuse);
      }
    },
    choose: (kind: 'method' | 'code') => setStep((now) => ('view' in now ? { ...now, kind } : now)),
    refuse: (code: string) => setStep({ kind: 'refused', code }),
    /** Begin with another card, under another enrolment. */
    begin: () => {
      noteBegun(undefined);
      setEnrolmentId(newEnrolmentId());
      setStep({ kind: 'form' });
    },
  };
}

/** A reload comes back to what was begun in this place of the browser's history. */
function begunId(): string | undefined {
  return (history.state as { readonly adding?: string } | null)?.adding;
}

function noteBegun(adding: string | undefined): void {
  history.replaceState({ ...(history.state as object | null), adding }, '');
}

function firstStep(leaf: Leaf | undefined): AddStep {
  if (leaf === undefined) return begunId() === undefined ? { kind: 'form' } : { kind: 'asking' };
  return leaf.state === 'asking' || leaf.state === 'code_awaited'
    ? { kind: 'asking' }
    : { kind: 'moving' };
}

function stepOfView(view: EnrolmentView, now: AddStep, first: 'method' | 'code'): AddStep {
  switch (view.state) {
    case 'code_awaited':
      return { kind: now.kind === 'method' || now.kind === 'code' ? now.kind : first, view };
    case 'lapsed':
      return { kind: 'refused', code: view.refusal ?? 'enrolment.lapsed' };
    default:
      return { kind: 'moving' };
  }
}

function codeTrouble(error: unknown, refuse: (error: unknown) => void): CodeTrouble | undefined {
  if (error instanceof ConnectionLost) return { kind: 'lost' };
  if (!(error instanceof Refused)) throw error;
  switch (error.code) {
    case 'enrolment.code_wrong':
      return { kind: 'wrong', triesLeft: Number(error.detail.triesLeft ?? 0) };
    case 'enrolment.code_dead':
      return { kind: 'dead' };
    case 'enrolment.code_expired':
      return { kind: 'expired' };
    case 'enrolment.resend_limit':
      return { kind: 'none_left' };
    case 'enrolment.not_waiting':
      // The bank's app was quicker; the next look tells.
      return undefined;
    default:
      refuse(error);
      return undefined;
  }
}

/** What an envelope is bound to; undefined until the element has said who it is. */
function useBinding(wallet: Wallet, enrolmentId: string): Binding | undefined {
  const [bound, setBound] = useState<Binding>();
  useEffect(() => {
    let isOn = true;
    void wallet.binding(enrolmentId, requestors.wallet.id).then((next) => {
      if (isOn) setBound(next);
    });
    return () => {
      isOn = false;
    };
  }, [wallet, enrolmentId]);
  return useMemo(
    () => (bound?.enrolmentId === enrolmentId ? bound : undefined),
    [bound, enrolmentId],
  );
}

/** Look how the enrolment stands while it is waited for: an answer, an approval in the bank's app, an end. */
function useLooking(
  wallet: Wallet,
  from: {
    readonly enrolmentId: string;
    readonly deviceId: string;
    readonly step: AddStep;
    readonly isSending: { readonly current: boolean };
    readonly follow: (view: EnrolmentView) => void;
    readonly refuse: (error: unknown) => void;
  },
): void {
  const { enrolmentId, deviceId, step, isSending, follow, refuse } = from;
  const isWaiting = step.kind === 'asking' || step.kind === 'method' || step.kind === 'code';
  const last = useRef({ follow, refuse });
  last.current = { follow, refuse };
  useEffect(() => {
    if (!isWaiting) return;
    let isOn = true;
    const look = async (): Promise<void> => {
      // A request that is on its way is answered by its own answer.
      if (isSending.current) return;
      try {
        const view = await wallet.api().enrolment(deviceId, enrolmentId);
        if (isOn) last.current.follow(view);
      } catch (error) {
        if (isOn && !(error instanceof ConnectionLost)) last.current.refuse(error);
      }
    };
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => {
      isOn = false;
      clearInterval(timer);
    };
  }, [wallet, enrolmentId, deviceId, isWaiting, isSending]);
}
