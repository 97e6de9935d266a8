/** The terminal: opens its till, then shows the sale, and beside it, where there is room, field and journal. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { Line } from '../kit/parts.tsx';
import { openTill, type TillApi, type VersionedSettings } from './api.ts';
import { Till } from './Till.tsx';
import { whyOfCode } from './why.ts';

/** The whole page. `air` is the name of its field. */
export function Terminal({ air }: { readonly air: string }) {
  const opening = useOpenTill();
  if (opening.kind === 'open') {
    return <Till air={air} api={opening.api} firstSettings={opening.settings} />;
  }
  return <Opening trouble={opening.kind === 'trouble' ? opening.code : undefined} />;
}

type OpenState =
  | { readonly kind: 'opening' }
  /** `lost`, or the code of a refusal. */
  | { readonly kind: 'trouble'; readonly code: string }
  | { readonly kind: 'open'; readonly api: TillApi; readonly settings: VersionedSettings };

const RETRY_MS = 1_000;

/** Open the till; while nobody answers, again and again. */
function useOpenTill(): OpenState {
  const [state, setState] = useState<OpenState>({ kind: 'opening' });
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = async (): Promise<void> => {
      try {
        const api = await openTill();
        const settings = await api.settings();
        if (!isOver) setState({ kind: 'open', api, settings });
      } catch (error) {
        if (isOver) return;
        if (!(error instanceof ConnectionLost) && !(error instanceof Refused)) throw error;
        setState({ kind: 'trouble', code: error instanceof Refused ? error.code : 'lost' });
        timer = setTimeout(open, RETRY_MS);
      }
    };
    void open();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return state;
}

/** The shapes of the first screen, and what keeps it from coming. */
function Opening({ trouble }: { readonly trouble?: string | undefined }) {
  const { t, i18n } = useTranslation();
  return (
    <main className="till-opening" aria-busy="true">
      <p className="unseen">{t('opening')}</p>
      {trouble === undefined ? null : (
        <Line tone="amber">
          {trouble === 'lost' ? t('offline') : whyOfCode(t, i18n.language, trouble).what}
        </Line>
      )}
      <div className="wait wait-amount" />
      <div className="wait wait-pad" />
    </main>
  );
}
