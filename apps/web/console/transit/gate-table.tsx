/** Gates in a table; each opens to what it says of itself and what is missing from it. */
import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DenyList, Forgery } from './api.ts';
import { ClockText, GateMore } from './gate-more.tsx';
import type { Gate } from './gates-view.tsx';
import { OpenTable, useHasRoom } from './open-table.tsx';
import { useAgoWords, usePlaceWords, useSpanWords } from './words-of.ts';

type Shown = {
  readonly gates: readonly Gate[];
  readonly forgeries: readonly Forgery[];
  readonly list: DenyList | undefined;
  readonly nowMs: number;
};

/** The table; what needs looking at comes first. */
export function GateTable({ gates, forgeries, list, nowMs }: Shown) {
  const { t } = useTranslation();
  const place = usePlaceWords();
  return (
    <OpenTable<Gate>
      rows={gates.toSorted((one, other) => worryOf(other) - worryOf(one))}
      rowKey={({ gateId }) => gateId}
      columns={useColumns(list, nowMs)}
      openLabel={(gate) =>
        t('transit.openGateRow', { gate: `${gate.gateId} ${place(gate.place)}` })
      }
      more={(gate) => (
        <GateMore
          gate={gate}
          forgeries={forgeries.filter(({ gateId }) => gateId === gate.gateId)}
          nowMs={nowMs}
        />
      )}
    />
  );
}

function worryOf({ forged, gaps, own }: Gate): number {
  return (forged > 0 ? 4 : 0) + (gaps.length > 0 ? 2 : 0) + (own?.trouble === undefined ? 0 : 1);
}

function useColumns(list: DenyList | undefined, nowMs: number): TableColumnsType<Gate> {
  const { t } = useTranslation();
  const place = usePlaceWords();
  const ago = useAgoWords();
  const hasRoom = useHasRoom();
  return [
    {
      title: t('transit.gate'),
      render: (_, gate) => (
        <>
          <span className="transit-strong">{place(gate.place)}</span>
          <span className="mono third transit-under">{gate.gateId}</span>
          {hasRoom ? null : (
            <span className="transit-tags">
              <SeenText gate={gate} nowMs={nowMs} />
              <Marks gate={gate} />
            </span>
          )}
        </>
      ),
    },
    {
      title: t('transit.lastSeen'),
      responsive: ['md'],
      render: (_, gate) => <SeenText gate={gate} nowMs={nowMs} />,
    },
    {
      title: t('transit.records'),
      responsive: ['md'],
      render: (_, gate) => (
        <>
          <span className="tabular">{gate.heldUpTo}</span>
          <Marks gate={gate} />
        </>
      ),
    },
    {
      title: t('transit.list'),
      responsive: ['lg'],
      render: (_, gate) => <ListText gate={gate} list={list} nowMs={nowMs} />,
    },
    {
      title: t('transit.clock'),
      responsive: ['xl'],
      render: (_, { clock }) =>
        clock === undefined ? (
          <span className="third">{t('transit.notSaid')}</span>
        ) : (
          <>
            <ClockText {...clock} />
            <span className="third transit-under">{ago(nowMs - clock.atMs)}</span>
          </>
        ),
    },
  ];
}

function SeenText({ gate, nowMs }: { readonly gate: Gate; readonly nowMs: number }) {
  const { t } = useTranslation();
  const ago = useAgoWords();
  const { lastSeenAtMs, own } = gate;
  if (lastSeenAtMs === undefined) return <span className="third">{t('transit.neverSeen')}</span>;
  return (
    <span className="transit-seen">
      {ago(nowMs - lastSeenAtMs)}
      {own?.settings.isOffline ? (
        <span className="tag tag-amber">{t('transit.offline')}</span>
      ) : null}
    </span>
  );
}

/** What is missing and what is forged, where anything is. */
function Marks({ gate: { gaps, forged, own } }: { readonly gate: Gate }) {
  const { t } = useTranslation();
  const missing = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const waiting = own === undefined ? 0 : own.records - own.heldUpTo;
  return (
    <span className="transit-marks">
      {missing > 0 ? (
        <span className="tag tag-amber">{t('transit.missingCount', { count: missing })}</span>
      ) : null}
      {forged > 0 ? (
        <span className="tag tag-zhu">{t('transit.forgedCount', { count: forged })}</span>
      ) : null}
      {waiting > 0 && missing === 0 ? (
        <span className="tag">{t('transit.waitingCount', { count: waiting })}</span>
      ) : null}
    </span>
  );
}

/** A gate asks every so often: it is not behind by what came a moment ago. */
const BEHIND_AFTER_MS = 2 * 60_000;

function ListText({
  gate: { list: has, own },
  list,
  nowMs,
}: {
  readonly gate: Gate;
  readonly list: DenyList | undefined;
  readonly nowMs: number;
}) {
  const { t } = useTranslation();
  const span = useSpanWords();
  if (has === undefined) return <span className="third">{t('transit.noList')}</span>;
  // A list stays young when its office says that nothing has changed, which the gate alone knows.
  const madeAtMs = own?.list?.version === has.version ? own.list.issuedAtMs : has.publishedAtMs;
  const isBehind =
    list !== undefined &&
    has.version < list.version &&
    nowMs - (list.publishedAtMs ?? nowMs) > BEHIND_AFTER_MS;
  return (
    <span className="transit-seen">
      <span className="tabular">{t('transit.versionOf', { version: has.version })}</span>
      {madeAtMs === undefined ? null : (
        <span className="third transit-under">
          {t('transit.old', { span: span(nowMs - madeAtMs) })}
        </span>
      )}
      {isBehind ? <span className="tag tag-amber">{t('transit.behind')}</span> : null}
    </span>
  );
}
