/** Where the gate stands: a side of a station, or a bus. Another place is another gate, with settings of its own. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Choice, Select } from '../kit/controls.tsx';
import { Button, Field } from '../kit/parts.tsx';
import { type GatePlace, placeAt, placeOnBus, ways } from './place.ts';

/** The form. */
export function WhereForm({
  at,
  onMove,
}: {
  readonly at: GatePlace;
  readonly onMove: (at: GatePlace) => void;
}) {
  const { t, i18n } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(at));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const wanted = placeOf(draft);
  const way = ways[draft.way];
  const name = ({ en, zh }: { en: string; zh: string }) => (i18n.language === 'zh-CN' ? zh : en);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== undefined) onMove(wanted);
      }}
    >
      <h3 className="heading">{t('set.where')}</h3>
      <Select
        label={t('set.way')}
        value={String(draft.way)}
        onChange={(next) =>
          change({ way: Number(next), station: ways[Number(next)]?.stations[0]?.station ?? '' })
        }
      >
        {ways.map((one, index) => (
          <option key={`${one.operator} ${one.id}`} value={index}>
            {name(one.name)}
          </option>
        ))}
      </Select>
      {way === undefined || way.stations.length === 0 ? null : (
        <>
          <Select
            label={t('set.station')}
            value={draft.station}
            onChange={(station) => change({ station })}
          >
            {way.stations.map((one) => (
              <option key={one.station} value={one.station}>
                {name(one.name)}
              </option>
            ))}
          </Select>
          <Choice
            label={t('set.side')}
            value={draft.direction}
            options={[
              ['in', t('set.entry')],
              ['out', t('set.exit')],
            ]}
            onChange={(direction) => change({ direction })}
          />
        </>
      )}
      <Field
        label={t('set.number')}
        hint={t('set.numberTold')}
        value={draft.number}
        inputMode="numeric"
        maxLength={2}
        wrong={wanted === undefined ? t('set.numberWrong') : undefined}
        onChange={(number) => change({ number })}
      />
      <Button type="submit" kind="soft" disabled={wanted === undefined}>
        {t('set.move')}
      </Button>
    </form>
  );
}

type Draft = {
  /** Which of the city's ways, by index. */
  readonly way: number;
  readonly station: string;
  readonly direction: 'in' | 'out';
  readonly number: string;
};

function draftOf({ place, number }: GatePlace): Draft {
  const way = ways.findIndex(
    ({ id, operator }) =>
      operator === place.operator && id === (place.station === '' ? place.route : place.line),
  );
  return {
    way: Math.max(0, way),
    station: place.station,
    direction: place.direction === 'out' ? 'out' : 'in',
    number: String(number),
  };
}

function placeOf({ way: index, station, direction, number: text }: Draft): GatePlace | undefined {
  const way = ways[index];
  const number = Number(text);
  if (way === undefined || !/^\d{1,2}$/.test(text) || number < 1) return undefined;
  const { operator, id } = way;
  return way.stations.length === 0
    ? placeOnBus(operator, id, number)
    : placeAt({ operator, line: id, station, direction, number });
}
