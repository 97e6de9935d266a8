/** The gate's page: opens the gate at its place, then shows its face, and beside it, where there is room, its taps. */
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { Line } from '../kit/parts.tsx';
import { type GateApi, openGate } from './api.ts';
import { keepPlace, keptPlace } from './keep.ts';
import { OpenGate } from './OpenGate.tsx';
import { FIRST_PLACE, type GatePlace } from './place.ts';

/** The whole page. `air` is the name of its field. */
export function Gate({ air }: { readonly air: string }) {
  const [at, setAt] = useState(() => keptPlace() ?? FIRST_PLACE);
  const opening = useOpen(at);
  const move = useCallback((next: GatePlace) => {
    keepPlace(next);
    setAt(next);
  }, []);
  if (opening.kind === 'open') {
    return (
      <OpenGate key={JSON.stringify(opening.api.at)} air={air} api={opening.api} onMove={move} />
    );
  }
  return <Opening isLost={opening.kind === 'lost'} />;
}

type OpenState =
  | { readonly kind: 'opening' | 'lost' }
  | { readonly kind: 'open'; readonly api: GateApi };

const RETRY_MS = 1_000;

/** Open the gate; while nobody answers, again and again. */
function useOpen(at: GatePlace): OpenState {
  const [state, setState] = useState<OpenState>({ kind: 'opening' });
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = async (): Promise<void> => {
      try {
        const api = await openGate(at);
        if (!isOver) setState({ kind: 'open', api });
      } catch (error) {
        if (isOver) return;
        if (!(error instanceof ConnectionLost) && !(error instanceof Refused)) throw error;
        setState({ kind: 'lost' });
        timer = setTimeout(open, RETRY_MS);
      }
    };
    void open();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [at]);
  return state;
}

/** The shapes of the face, and what keeps it from coming. */
function Opening({ isLost }: { readonly isLost: boolean }) {
  const { t } = useTranslation();
  return (
    <main className="gate-opening" aria-busy="true">
      <h1 className="unseen">{t('opening')}</h1>
      {isLost ? <Line tone="amber">{t('lost')}</Line> : null}
      <div className="wait wait-leaves" />
      <div className="wait wait-title" />
    </main>
  );
}
