/** Gates and lists: who was heard when, what is missing, how old each list is, and what cannot be believed. */
import { useTranslation } from 'react-i18next';
import { Shown, useAsked } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { useWorldNow } from '../world-now.ts';
import { type GateState, type GateView, readGateStates, readGates, readLists } from './api.ts';
import { DenyListPane } from './deny-list.tsx';
import { Figure, Figures, NONE } from './figure.tsx';
import { Forgeries } from './forgeries.tsx';
import { GateTable } from './gate-table.tsx';
import { Nothing } from './nothing.tsx';

/** A gate by the back office, and by itself where it runs in this world. */
export type Gate = GateView & { readonly own: GateState | undefined };

/** Heard of within this time a gate counts as joined. */
const JOINED_MS = 10 * 60_000;

/** The part. */
export function GatesView() {
  const { t } = useTranslation();
  const gates = useAsked(readGates, 'gates', 3_000);
  const states = useAsked(readGateStates, 'gate states', 3_000);
  const lists = useAsked(readLists, 'lists', 3_000);
  const nowMs = useWorldNow(5_000);
  const known = gates.answer?.gates;
  const missing = known?.flatMap((gate) => gate.gaps).reduce(countGap, 0);
  const forged = known?.reduce((sum, gate) => sum + gate.forged, 0);
  const joined = known?.filter(({ lastSeenAtMs = 0 }) => nowMs - lastSeenAtMs < JOINED_MS).length;
  const own = new Map(states.answer?.gates.map((one) => [one.gateId, one]));
  return (
    <>
      <Figures>
        <Figure label={t('transit.gates')}>{known?.length ?? NONE}</Figure>
        <Figure label={t('transit.heardLately')}>{joined ?? NONE}</Figure>
        <Figure label={t('transit.missing')} tone={(missing ?? 0) > 0 ? 'waiting' : undefined}>
          {missing ?? NONE}
        </Figure>
        <Figure label={t('transit.forged')} tone={(forged ?? 0) > 0 ? 'wrong' : undefined}>
          {forged ?? NONE}
        </Figure>
        <Figure label={t('transit.listVersion')}>{lists.answer?.version ?? NONE}</Figure>
        <Figure label={t('transit.listEntries')}>{lists.answer?.entries ?? NONE}</Figure>
      </Figures>
      <div className="tokens-room">
        <div className="tokens-grid transit-grid">
          <div className="tokens-main">
            <Pane title={t('transit.gates')} className="tokens-pane">
              <Shown asked={gates} shape={260}>
                {({ gates: list, forgeries }) =>
                  list.length === 0 ? (
                    <Nothing title={t('transit.noGates')} line={t('transit.noGatesLine')} />
                  ) : (
                    <GateTable
                      gates={list.map((gate) => ({ ...gate, own: own.get(gate.gateId) }))}
                      forgeries={forgeries}
                      list={lists.answer}
                      nowMs={nowMs}
                    />
                  )
                }
              </Shown>
            </Pane>
            {gates.answer === undefined ? null : (
              <Forgeries forgeries={gates.answer.forgeries} nowMs={nowMs} />
            )}
          </div>
          <div className="tokens-side">
            <DenyListPane asked={lists} nowMs={nowMs} />
          </div>
        </div>
      </div>
    </>
  );
}

function countGap(
  sum: number,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  return sum + to - from + 1;
}
