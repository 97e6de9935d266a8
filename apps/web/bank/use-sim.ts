/** The SIM of the number in use: kept, claimed, or somebody else's. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Sim, troubleOf } from './api.ts';
import { forgetSim, openSim } from './sims.ts';

/** How it stands with a number. */
export type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly sim: Sim }
  /** It cannot be opened: `offline`, or a refusal's code such as `inbox.taken`. Offline heals by itself. */
  | { readonly kind: 'closed'; readonly why: string };

/** How long after a lost connection the claim is tried again. */
const AGAIN_MS = 3_000;

/**
 * Open a number. `lose` is for a secret that the bank does not know any more, as after a world that began anew: it is
 * forgotten and the number claimed again.
 */
export function useSim(mobile: string | undefined): {
  readonly found: Found;
  readonly lose: (sim: Sim) => void;
} {
  const [state, setState] = useState<{ mobile?: string; found: Found }>({
    found: { kind: 'none' },
  });
  const openAnew = useRef<() => void>(undefined);
  useEffect(() => {
    if (mobile === undefined) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = async () => {
      const found = await openSim(mobile).then(
        (sim): Found => ({ kind: 'open', sim }),
        (error: unknown): Found => ({ kind: 'closed', why: troubleOf(error) }),
      );
      if (isOver) return;
      setState({ mobile, found });
      const mayHeal = found.kind === 'closed' && found.why !== 'inbox.taken';
      if (mayHeal) timer = setTimeout(open, AGAIN_MS);
    };
    openAnew.current = () => {
      clearTimeout(timer);
      void open();
    };
    void open();
    return () => {
      isOver = true;
      clearTimeout(timer);
      openAnew.current = undefined;
    };
  }, [mobile]);
  const lose = useCallback((sim: Sim) => {
    forgetSim(sim);
    openAnew.current?.();
  }, []);
  if (mobile === undefined) return { found: { kind: 'none' }, lose };
  return { found: state.mobile === mobile ? state.found : { kind: 'opening' }, lose };
}
