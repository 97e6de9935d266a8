/** The clock of the world, which may be moved on and never back. */
import { InputNumber, Select } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Line } from '../../kit/parts.tsx';
import { useActing } from '../acting.ts';
import { moveClock } from '../api.ts';
import { Control, Pane } from '../frame.tsx';
import { useClock } from '../world-now.ts';
import { dateOf, timeOf } from './moments.ts';
import { useSpanWords } from './span-words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The furthest that one pull moves the clock, in days. */
const FURTHEST_DAYS = 400;

/** Now, how far ahead, and the buttons that move it. */
export function ClockPane() {
  const { t } = useTranslation();
  const clock = useClock(5_000);
  const acting = useActing();
  const nowMs = useTicking(clock.answer?.nowMs);
  const move = (byMs: number) =>
    void acting.run(async () => {
      await moveClock(byMs);
      clock.again();
    });
  return (
    <Pane title={t('levers.clock')} className="lever-clock">
      {nowMs === undefined ? (
        <div className="wait lever-clock-wait" aria-hidden />
      ) : (
        <p className="lever-clock-now tabular">
          <span className="third">{dateOf(nowMs)}</span> {timeOf(nowMs)}
        </p>
      )}
      <p className="second">
        <Ahead offsetMs={clock.answer?.offsetMs ?? 0} />
      </p>
      {acting.wrong === undefined ? null : <Line tone="zhu">{acting.wrong}</Line>}
      <div className="lever-clock-acts">
        <Control busy={acting.busy} onPress={() => move(HOUR_MS)}>
          {t('levers.plusHour')}
        </Control>
        <Control busy={acting.busy} onPress={() => move(DAY_MS)}>
          {t('levers.plusDay')}
        </Control>
        <Control busy={acting.busy} onPress={() => move(8 * DAY_MS)}>
          {t('levers.plusEight')}
        </Control>
      </div>
      <TypedMove busy={acting.busy} onMove={move} />
      <p className="caption third">{t('levers.clockSeen')}</p>
      <p className="caption lever-clock-forward">{t('levers.forwardOnly')}</p>
    </Pane>
  );
}

/** A moment that goes on between two answers. */
function useTicking(toldMs: number | undefined): number | undefined {
  const [told, setTold] = useState({ toldMs, atMs: Date.now() });
  const [hereMs, setHereMs] = useState(() => Date.now());
  useEffect(() => {
    setTold({ toldMs, atMs: Date.now() });
    setHereMs(Date.now());
  }, [toldMs]);
  useEffect(() => {
    const timer = setInterval(() => setHereMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return told.toldMs === undefined ? undefined : told.toldMs + Math.max(0, hereMs - told.atMs);
}

function Ahead({ offsetMs }: { readonly offsetMs: number }) {
  const { t } = useTranslation();
  const say = useSpanWords();
  if (offsetMs < 60_000) return t('levers.notAhead');
  return t('levers.ahead', { span: say(offsetMs) });
}

type Unit = 'minutes' | 'hours' | 'days';
const UNIT_MS: Readonly<Record<Unit, number>> = { minutes: 60_000, hours: HOUR_MS, days: DAY_MS };

function TypedMove({
  busy,
  onMove,
}: {
  readonly busy: boolean;
  readonly onMove: (byMs: number) => void;
}) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState<number | null>(30);
  const [unit, setUnit] = useState<Unit>('minutes');
  const byMs = (amount ?? 0) * UNIT_MS[unit];
  const isRight = byMs > 0 && byMs <= FURTHEST_DAYS * DAY_MS;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isRight && !busy) onMove(byMs);
  };
  return (
    <form className="lever-clock-typed" onSubmit={submit}>
      <InputNumber<number>
        min={1}
        precision={0}
        controls={false}
        value={amount}
        status={isRight ? '' : 'error'}
        aria-label={t('levers.moveBy')}
        onChange={setAmount}
      />
      <Select<Unit>
        value={unit}
        className="lever-clock-unit"
        aria-label={t('levers.unit')}
        options={[
          { value: 'minutes', label: t('levers.minutes') },
          { value: 'hours', label: t('levers.hours') },
          { value: 'days', label: t('levers.days') },
        ]}
        onChange={setUnit}
      />
      <Control type="submit" disabled={!isRight} busy={busy}>
        {t('levers.move')}
      </Control>
      {isRight ? null : (
        <p className="caption lever-clock-wrong" role="alert">
          {t('levers.moveWrong', { days: FURTHEST_DAYS })}
        </p>
      )}
    </form>
  );
}
