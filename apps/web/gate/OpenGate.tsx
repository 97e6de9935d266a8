/** An open gate: its face, one tap at a time, and what staff look at beside it. */
import { ListOrdered, QrCode, Settings2 } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { listen } from '../kit/ask.ts';
import { giveCue } from '../kit/cues.ts';
import { newId } from '../kit/new-id.ts';
import { Button, IconButton, Line } from '../kit/parts.tsx';
import { useWide } from '../kit/use-wide.ts';
import { type GateApi, showPhone } from './api.ts';
import { type Desk, type Heard, openDesk } from './desk.ts';
import { Face } from './Face.tsx';
import { type FaceLook, faceOf } from './face.ts';
import { GateSheet, type SheetKind } from './GateSheet.tsx';
import { PlacePane } from './PlacePane.tsx';
import type { End, Passage } from './passage.ts';
import { type GatePlace, nameOf } from './place.ts';
import { Taps } from './Taps.tsx';
import { useWatch, type Watched } from './use-watch.ts';

/** What every part of the page knows. */
export type GateParts = {
  readonly air: string;
  readonly api: GateApi;
  readonly passage: Passage;
  readonly watched: Watched;
  /** Stand somewhere else. */
  readonly onMove: (at: GatePlace) => void;
};

/** The open gate. */
export function OpenGate({
  air,
  api,
  onMove,
}: {
  readonly air: string;
  readonly api: GateApi;
  readonly onMove: (at: GatePlace) => void;
}) {
  const { t } = useTranslation();
  const desk = useDesk(api, air);
  const passage = useSyncExternalStore(desk.subscribe, desk.passage);
  const watched = useWatch(api);
  const [sheet, setSheet] = useState<SheetKind>();
  const isWide = useWide();
  useAfterTap(passage, watched.refresh);
  const parts: GateParts = { air, api, passage, watched, onMove };
  const look = faceOf(passage, watched.view, api.at);
  return (
    <div className="gate">
      <main className={`gate-main ground-${look.ground}`}>
        <Spoken look={look} />
        <Face look={look} at={api.at} view={watched.view}>
          {passage.kind === 'elsewhere' ? (
            <Button onPress={desk.again}>{t('takeBack')}</Button>
          ) : null}
          {isWide ? null : <Acts show={setSheet} />}
        </Face>
        {watched.isLost ? (
          <div className="gate-lost">
            <Line tone="amber">{t('lost')}</Line>
          </div>
        ) : null}
      </main>
      {isWide ? (
        <aside className="gate-side">
          <div className="gate-settings">
            <IconButton label={t('settings')} onPress={() => setSheet('settings')}>
              <Settings2 size={20} strokeWidth={1.75} aria-hidden />
            </IconButton>
          </div>
          <PlacePane parts={parts} />
          <Taps parts={parts} />
        </aside>
      ) : null}
      {sheet === undefined ? null : (
        <GateSheet parts={parts} kind={sheet} onClose={() => setSheet(undefined)} />
      )}
    </div>
  );
}

/** What staff open where there is no room beside the face. */
function Acts({ show }: { readonly show: (kind: SheetKind) => void }) {
  const { t } = useTranslation();
  const act = (kind: SheetKind, label: string, icon: ReactNode) => (
    <button type="button" onClick={() => show(kind)}>
      {icon}
      {label}
    </button>
  );
  return (
    <div className="face-acts small">
      {act('place', t('place.short'), <QrCode size={18} strokeWidth={1.75} aria-hidden />)}
      {act('taps', t('taps.title'), <ListOrdered size={18} strokeWidth={1.75} aria-hidden />)}
      {act('settings', t('settings'), <Settings2 size={18} strokeWidth={1.75} aria-hidden />)}
    </div>
  );
}

/** What is said aloud, once, in the page's own language. */
function Spoken({ look }: { readonly look: FaceLook }) {
  const { i18n } = useTranslation();
  const language = i18n.language === 'zh-CN' ? 'zh' : 'en';
  return (
    <p className="unseen" aria-live="assertive">
      {look.title[language]}. {look.text[language]}
    </p>
  );
}

function useDesk(api: GateApi, air: string): Desk {
  const desk = useMemo(
    () =>
      openDesk({
        tap: (requestId) => api.tap({ requestId, air, direction: api.at.place.direction }),
        progress: api.progress,
        field: (signal) => listen<Heard>('/air/reader', { air, announces: 'transit' }, signal),
        show: (end) => showEnd(air, api.at, end),
        newId,
        nowMs: Date.now,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      }),
    [api, air],
  );
  useEffect(() => desk.close, [desk]);
  return desk;
}

/** Let the phone in the field repeat what the gate shows; what waits for its holder it knows by itself. */
async function showEnd(air: string, at: GatePlace, end: End): Promise<void> {
  const { outcome, code, recordedAs } = end;
  if (outcome === 'see_phone' || outcome === 'no_card') return;
  const passage =
    recordedAs === undefined || recordedAs === 'refused' ? {} : { passage: recordedAs };
  await showPhone(air, { outcome, code, place: nameOf(at.place), ...passage });
}

/** Cues and the list of taps follow the passage. */
function useAfterTap(passage: Passage, refresh: () => void): void {
  const before = useRef(passage);
  useEffect(() => {
    const was = before.current;
    before.current = passage;
    if (passage.kind !== 'shown' || was.kind === 'shown') return;
    giveCue(passage.end.outcome === 'opened' ? 'open' : 'shut');
    refresh();
  }, [passage, refresh]);
}
