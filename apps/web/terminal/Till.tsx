/** An open till: one sale at a time, the sheets over it, and the panes beside it. */
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../kit/amount.tsx';
import { listen } from '../kit/ask.ts';
import { giveCue } from '../kit/cues.ts';
import { newId } from '../kit/new-id.ts';
import { useWide } from '../kit/use-wide.ts';
import { AmountScreen } from './AmountScreen.tsx';
import type { PaymentLine, TillApi, VersionedSettings } from './api.ts';
import { type Desk, type Heard, openDesk } from './desk.ts';
import { FieldScreen } from './FieldScreen.tsx';
import { Journal } from './Journal.tsx';
import { keep, kept } from './keep.ts';
import { PlacePane } from './Place.tsx';
import { EndedScreen, RefusedScreen } from './ResultScreens.tsx';
import type { SaleState } from './sale.ts';
import { announcementOf } from './say.ts';
import { type Shown, TillSheet } from './TillSheet.tsx';
import { useJournal } from './use-journal.ts';

/** What every part of the till knows. */
export type TillParts = {
  readonly api: TillApi;
  readonly air: string;
  readonly desk: Desk;
  readonly state: SaleState;
  readonly settings: VersionedSettings;
  readonly payments: readonly PaymentLine[] | undefined;
  readonly isOffline: boolean;
  readonly isWide: boolean;
  /** Look at the journal now, since something has happened. */
  readonly refresh: () => void;
  readonly show: (shown: Shown) => void;
};

/** The till. */
export function Till({
  air,
  api,
  firstSettings,
}: {
  readonly air: string;
  readonly api: TillApi;
  readonly firstSettings: VersionedSettings;
}) {
  const { t, i18n } = useTranslation();
  const desk = useMemo(() => deskOf(api, air), [api, air]);
  const state = useSyncExternalStore(desk.subscribe, desk.state);
  const [settings, setSettings] = useState(firstSettings);
  const [shown, setShown] = useState<Shown>();
  const [tab, setTab] = useState<'sale' | 'journal'>('sale');
  const isWide = useWide();
  const { payments, isOffline, refresh } = useJournal(api);
  const show = useCallback((next: Shown) => setShown(next), []);
  useAfterSale(state, refresh);
  const parts: TillParts = {
    api,
    air,
    desk,
    state,
    settings,
    payments,
    isOffline,
    isWide,
    refresh,
    show,
  };
  const onSettings = (next: VersionedSettings) => {
    setSettings(next);
    // A sale in another currency cannot go on; what was typed stays.
    const now = desk.state();
    if (now.kind === 'listening' && now.sale.currency !== next.settings.currency) {
      desk.send({ kind: 'cancel' });
    }
  };
  return (
    <div className="till">
      <main className={`till-main ground-${groundOf(state)}`}>
        <p className="unseen" aria-live="assertive">
          {announcementOf(t, i18n.language, state)}
        </p>
        <Screen parts={parts} tab={tab} setTab={setTab} isCovered={shown !== undefined} />
      </main>
      {isWide ? (
        <aside className="till-side">
          <PlacePane air={air} state={state} />
          <Journal parts={parts} />
        </aside>
      ) : null}
      {shown === undefined ? null : (
        <TillSheet
          parts={parts}
          shown={shown}
          onSettings={onSettings}
          onClose={() => setShown(undefined)}
        />
      )}
    </div>
  );
}

function Screen({
  parts,
  tab,
  setTab,
  isCovered,
}: {
  readonly parts: TillParts;
  readonly tab: 'sale' | 'journal';
  readonly setTab: (tab: 'sale' | 'journal') => void;
  readonly isCovered: boolean;
}) {
  const { state } = parts;
  switch (state.kind) {
    case 'amount':
      return (
        <AmountScreen
          parts={parts}
          digits={state.digits}
          tab={tab}
          setTab={setTab}
          isCovered={isCovered}
        />
      );
    case 'listening':
    case 'elsewhere':
    case 'paying':
      return <FieldScreen parts={parts} state={state} isCovered={isCovered} />;
    case 'ended':
      return <EndedScreen parts={parts} state={state} isCovered={isCovered} />;
    case 'refused':
      return <RefusedScreen parts={parts} state={state} isCovered={isCovered} />;
  }
}

/** Dark listens, celadon has paid, paper has not. */
function groundOf(state: SaleState): 'paper' | 'field' | 'flood' {
  if (state.kind === 'listening' || state.kind === 'paying' || state.kind === 'elsewhere') {
    return 'field';
  }
  return state.kind === 'ended' && state.answer.outcome === 'approved' ? 'flood' : 'paper';
}

/** Cues, the journal and the window's title follow the sale. */
function useAfterSale(state: SaleState, refresh: () => void): void {
  const before = useRef(state);
  useEffect(() => {
    const was = before.current;
    before.current = state;
    if (was === state) return;
    const stage = (one: SaleState) => (one.kind === 'paying' ? one.stage : undefined);
    if (stage(state) === 'asking' && stage(was) !== 'asking') giveCue('read');
    if (was.kind === state.kind) return;
    if (state.kind === 'ended') giveCue(state.answer.outcome === 'approved' ? 'paid' : 'refused');
    if (state.kind === 'refused') giveCue('refused');
    if (was.kind === 'paying') refresh();
  }, [state, refresh]);
  useEffect(() => {
    const sale = 'sale' in state ? state.sale : undefined;
    document.title =
      sale === undefined
        ? 'Octavo terminal'
        : `${amountText(sale.amountMinor, sale.currency)} · Octavo terminal`;
  }, [state]);
}

function deskOf(api: TillApi, air: string): Desk {
  return openDesk(
    {
      air,
      pay: api.pay,
      progress: api.progress,
      field: (signal) => listen<Heard>('/air/reader', { air }, signal),
      newId,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      keep: (open) => keep('open', open),
      leave: (left) => keep('left', { ...left, leftAtMs: Date.now() }),
    },
    kept('open'),
  );
}
