/** How far it is to the cap of the day and to the next step of each ladder: a bar, and the next step in words. */
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import { cityName } from '../../kit/city.ts';
import type { ProgressView } from '../core/api.ts';
import { useNextWords, useRateWords } from './next-words.ts';
import { segmentsOf } from './segments.ts';

/** One pane for the cap, and one for each operator whose ladder was stepped on. */
export function ProgressPanes({ progress }: { readonly progress: readonly ProgressView[] }) {
  return progress.map((one) =>
    one.kind === 'day_cap' ? (
      <CapPane key="cap" cap={one} />
    ) : (
      <LadderPane key={one.operator} ladder={one} />
    ),
  );
}

function CapPane({ cap }: { readonly cap: ProgressView }) {
  const { t } = useTranslation();
  const words = useNextWords(cap);
  const whole = cap.nextAtMinor ?? cap.spentMinor;
  return (
    <section className="pane progress">
      <div className="row-between">
        <h2 className="heading">{t('trips.cap')}</h2>
        <span className="second tabular">
          {t('trips.ofCap', { spent: amountText(cap.spentMinor), cap: amountText(whole) })}
        </span>
      </div>
      <div className="progress-bar" aria-hidden="true">
        <Filled share={whole === 0 ? 0 : cap.spentMinor / whole} />
      </div>
      <p>{words}</p>
    </section>
  );
}

function LadderPane({ ladder }: { readonly ladder: ProgressView }) {
  const { t, i18n } = useTranslation();
  const words = useNextWords(ladder);
  const operator = cityName('operator', ladder.operator ?? '', i18n.language);
  const segments = segmentsOf(ladder);
  return (
    <section className="pane progress">
      <div className="row-between">
        <h2 className="heading">{t('trips.ladder')}</h2>
        <span className="second tabular">
          {t('trips.spent', { operator, amount: amountText(ladder.spentMinor) })}
        </span>
      </div>
      <ol className="ladder">
        {segments.map((segment) => (
          <li key={segment.fromMinor} style={{ flexGrow: segment.weight }}>
            <span className="progress-bar" aria-hidden="true">
              <Filled share={segment.filled} />
            </span>
            <StepWords {...segment} />
          </li>
        ))}
      </ol>
      <p>{words}</p>
    </section>
  );
}

function Filled({ share }: { readonly share: number }) {
  return <span className="progress-filled" style={{ width: `${Math.min(1, share) * 100}%` }} />;
}

function StepWords(props: {
  readonly fromMinor: number;
  readonly toMinor: number | undefined;
  readonly isLast: boolean;
  readonly ratePercent: number;
}) {
  const { fromMinor, toMinor, isLast, ratePercent } = props;
  const { t } = useTranslation();
  const rate = useRateWords();
  const from = round(fromMinor);
  return (
    <span className="ladder-step">
      <strong>{rate(ratePercent)}</strong>
      {fromMinor > 0 && (
        <span className="caption third">
          {isLast && toMinor !== undefined
            ? t('trips.fromTo', { from, to: round(toMinor) })
            : t('trips.from', { from })}
        </span>
      )}
    </span>
  );
}

/** An amount of whole yuan without its fen. */
function round(minor: number): string {
  return amountText(minor).replace(/\.00$/, '');
}
