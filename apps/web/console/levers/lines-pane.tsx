/** The lines between the institutions, and what may be done to their frames. */
import { Select, Switch } from 'antd';
import { Minus, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Line } from '../../kit/parts.tsx';
import { useActing } from '../acting.ts';
import {
  type Direction,
  type LineChange,
  type LineView,
  readLines,
  setLine,
  type WayView,
} from '../api.ts';
import { Control, Pane } from '../frame.tsx';
import { usePolled } from '../polled.ts';
import { effectsOf, isSpoilt, useLineWords } from './line-words.ts';

/** All three, the nearest to the phone first. */
export function LinesPane({ news }: { readonly news: number }) {
  const { t } = useTranslation();
  const lines = usePolled(readLines, 2_000, news);
  const acting = useActing();
  const change = (wanted: LineChange) =>
    void acting.run(async () => {
      await setLine(wanted);
      lines.again();
    });
  const all = lines.answer?.lines;
  return (
    <Pane title={t('levers.lines')} className="lever-lines">
      <div className="lever-heads caption third" aria-hidden>
        <span>{t('levers.linesLine')}</span>
        <span>{t('levers.cut')}</span>
        <span>{t('levers.delay')}</span>
        <span>{t('levers.lose')}</span>
        <span>{t('levers.double')}</span>
        <span>{t('levers.reorder')}</span>
      </div>
      {acting.wrong === undefined ? null : <Line tone="zhu">{acting.wrong}</Line>}
      {all === undefined ? (
        <div className="wait lever-lines-wait" aria-hidden />
      ) : (
        all.map((line) => <LineBlock key={line.line} line={line} onChange={change} />)
      )}
    </Pane>
  );
}

function LineBlock({
  line,
  onChange,
}: {
  readonly line: LineView;
  readonly onChange: (change: LineChange) => void;
}) {
  const { t } = useTranslation();
  const words = useLineWords()[line.line];
  const { from, to } = words;
  const isWhole = !isSpoilt(line.forth) && !isSpoilt(line.back);
  const effects = effectsOf(line, words, t);
  const set = (direction: Direction) => (orders: Partial<LineChange>) =>
    onChange({ line: line.line, direction, ...orders });
  return (
    <section className="lever-block" aria-label={t('levers.between', { from, to })}>
      <div className="lever-title">
        <h3 className="c-heading">{t('levers.between', { from, to })}</h3>
        {line.down ? (
          <span className="tag tag-zhu">{t('levers.down')}</span>
        ) : (
          <span className={`tag ${isWhole ? 'tag-qing' : 'tag-amber'}`}>
            {isWhole ? t('levers.whole') : t('levers.spoilt')}
          </span>
        )}
        <span className="caption third">{t('levers.links', { count: line.links })}</span>
        <span className="lever-acts">
          <Control
            kind="quiet"
            disabled={line.down}
            label={t('levers.cutBothNamed', { from, to })}
            onPress={() => set('both')({ cut: true })}
          >
            {t('levers.cutBoth')}
          </Control>
          <Control
            disabled={isWhole}
            label={t('levers.healNamed', { from, to })}
            onPress={() => set('both')({ heal: true })}
          >
            {t('levers.heal')}
          </Control>
        </span>
      </div>
      <WayRow from={from} to={to} way={line.forth} onSet={set('forth')} />
      <WayRow from={to} to={from} way={line.back} onSet={set('back')} />
      <div aria-live="polite">
        {effects.map((effect) => (
          <p key={effect} className="lever-effect">
            {effect}
          </p>
        ))}
      </div>
    </section>
  );
}

const DELAYS_MS = [0, 500, 2_000, 5_000, 10_000, 30_000, 60_000];

function WayRow({
  from,
  to,
  way,
  onSet,
}: {
  readonly from: string;
  readonly to: string;
  readonly way: WayView;
  readonly onSet: (orders: Partial<LineChange>) => void;
}) {
  const { t } = useTranslation();
  const name = t('levers.way', { from, to });
  const delays = [...new Set([...DELAYS_MS, way.delayMs])].sort((a, b) => a - b);
  return (
    <fieldset className="lever-way-row">
      <legend className="unseen">{name}</legend>
      <div className="lever-way-name">
        {name}
        <WayCounts way={way} />
      </div>
      <Lever word={t('levers.cut')}>
        <Switch
          checked={way.cut}
          aria-label={t('levers.leverNamed', { lever: t('levers.cut'), name })}
          onChange={(cut) => onSet({ cut })}
        />
      </Lever>
      <Lever word={t('levers.delay')}>
        <Select<number>
          className="lever-way-delay"
          value={way.delayMs}
          aria-label={t('levers.leverNamed', { lever: t('levers.delay'), name })}
          options={delays.map((ms) => ({
            value: ms,
            label: ms === 0 ? t('levers.none') : t('levers.seconds', { seconds: ms / 1000 }),
          }))}
          onChange={(delayMs) => onSet({ delayMs })}
        />
      </Lever>
      <Lever word={t('levers.lose')}>
        <Stepper
          label={t('levers.leverNamed', { lever: t('levers.lose'), name })}
          value={way.loseNext}
          onChange={(loseNext) => onSet({ loseNext })}
        />
      </Lever>
      <Lever word={t('levers.double')}>
        <Stepper
          label={t('levers.leverNamed', { lever: t('levers.double'), name })}
          value={way.doubleNext}
          onChange={(doubleNext) => onSet({ doubleNext })}
        />
      </Lever>
      <Lever word={t('levers.reorder')}>
        <Stepper
          label={t('levers.leverNamed', { lever: t('levers.reorder'), name })}
          value={way.reorderNext}
          onChange={(reorderNext) => onSet({ reorderNext })}
        />
      </Lever>
    </fieldset>
  );
}

/** A lever, with its word where the heads of the columns are not shown. */
function Lever({ word, children }: { readonly word: string; readonly children: React.ReactNode }) {
  return (
    <div className="lever">
      <span className="lever-word caption third" aria-hidden>
        {word}
      </span>
      {children}
    </div>
  );
}

/** What became of a direction's frames; what never happened is not said. */
function WayCounts({ way }: { readonly way: WayView }) {
  const { t } = useTranslation();
  const said = [
    t('levers.passed', { count: way.passed }),
    way.lost > 0 ? t('levers.lost', { count: way.lost }) : '',
    way.delayed > 0 ? t('levers.delayed', { count: way.delayed }) : '',
    way.doubled > 0 ? t('levers.doubled', { count: way.doubled }) : '',
    way.reordered > 0 ? t('levers.reordered', { count: way.reordered }) : '',
    way.underWay > 0 ? t('levers.underWay', { count: way.underWay }) : '',
  ];
  return (
    <span className="caption third tabular">{said.filter((one) => one !== '').join(' · ')}</span>
  );
}

const MOST = 20;

/** So many of the next frames. */
function Stepper({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="lever-stepper" data-on={value > 0}>
      <legend className="unseen">{label}</legend>
      <button
        type="button"
        aria-label={t('levers.fewer', { label })}
        disabled={value === 0}
        onClick={() => onChange(value - 1)}
      >
        <Minus size={14} strokeWidth={2.4} aria-hidden />
      </button>
      <output className="tabular">{value}</output>
      <button
        type="button"
        aria-label={t('levers.more', { label })}
        disabled={value >= MOST}
        onClick={() => onChange(value + 1)}
      >
        <Plus size={14} strokeWidth={2.4} aria-hidden />
      </button>
    </fieldset>
  );
}
