/** How the gate stands with its back office: list, clock, records, and what is wrong between them. */
import type { TFunction } from 'i18next';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Line } from '../kit/parts.tsx';
import type { GateView } from './api.ts';
import { ageWords } from './face.ts';
import type { Watched } from './use-watch.ts';

/** The pane. */
export function StandPane({ watched: { view } }: { readonly watched: Watched }) {
  const { t, i18n } = useTranslation();
  if (view === undefined) return <div className="wait wait-rows" />;
  const { gateId, list, records, heldUpTo, lastHeardAtMs, trouble } = view;
  const age = ageWords(list);
  const count = (number: number) => number.toLocaleString('en-GB');
  const rows: readonly (readonly [name: string, value: string])[] = [
    [t('stand.gate'), gateId],
    [
      t('stand.list'),
      list === undefined
        ? t('stand.listNone')
        : t('stand.listIs', { version: count(list.version), entries: count(list.entries) }),
    ],
    [t('stand.listAge'), i18n.language === 'zh-CN' ? age.zh : age.en],
    [t('stand.clock'), clockWords(t, view)],
    [t('stand.records'), t('stand.recordsAre', { records: count(records), held: count(heldUpTo) })],
    [
      t('stand.heard'),
      lastHeardAtMs === undefined
        ? t('stand.heardNever')
        : t('stand.heardAt', { time: timeText(lastHeardAtMs) }),
    ],
  ];
  return (
    <section className="stack-tight">
      <h3 className="heading">{t('stand.title')}</h3>
      <dl className="facts small tabular">
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      {trouble === undefined ? null : (
        <Line tone={ALARMING.includes(trouble) ? 'zhu' : 'amber'}>{troubleWords(t, trouble)}</Line>
      )}
    </section>
  );
}

type Trouble = NonNullable<GateView['trouble']>;

/** What somebody has to look into; the rest heals by itself. */
const ALARMING: readonly Trouble[] = ['list_forged', 'records_refused', 'records_lost'];

/** All ones of 32 bits: nobody knows the time. */
const UNKNOWN_UNCERTAINTY_MS = 0xffffffff;

function clockWords(t: TFunction, { clock }: GateView): string {
  const { offsetMs, uncertaintyMs } = clock;
  if (uncertaintyMs === UNKNOWN_UNCERTAINTY_MS) return t('stand.clockUnknown');
  const seconds = (ms: number) => (Math.round(ms / 100) / 10 || 0).toFixed(1).replace('-', '−');
  return t('stand.clockIs', {
    offset: seconds(-offsetMs),
    uncertainty: seconds(Math.max(100, uncertaintyMs)),
  });
}

function troubleWords(t: TFunction, trouble: Trouble): string {
  const words: Readonly<Record<Trouble, string>> = {
    unreachable: t('stand.trouble.unreachable'),
    not_enrolled: t('stand.trouble.not_enrolled'),
    list_forged: t('stand.trouble.list_forged'),
    list_older: t('stand.trouble.list_older'),
    list_unfit: t('stand.trouble.list_unfit'),
    records_refused: t('stand.trouble.records_refused'),
    records_lost: t('stand.trouble.records_lost'),
  };
  return words[trouble];
}

function timeText(atMs: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(atMs);
}
