/** What a journey's row opens to: why it costs what it costs, and the taps that it is made of. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { amountText } from '../../kit/amount.tsx';
import type { Journey } from './api.ts';
import { RecordView } from './record-view.tsx';
import { TapPane } from './tap-pane.tsx';

/** Price and taps side by side. */
export function JourneyMore({ journey }: { readonly journey: Journey }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<{ readonly of: 'entry' | 'exit'; readonly hex: string }>();
  const { entry, exit } = journey;
  const recordOf = (of: 'entry' | 'exit') => ({
    isShown: shown?.of === of,
    onRecord: (hex: string) => setShown(shown?.of === of ? undefined : { of, hex }),
  });
  return (
    <div className="transit-more transit-journey">
      <Steps journey={journey} />
      {entry === undefined ? null : (
        <TapPane
          end={entry}
          {...recordOf('entry')}
          title={entry.route === undefined ? t('transit.entry') : t('transit.onBoard')}
        />
      )}
      {exit === undefined ? null : (
        <TapPane end={exit} title={t('transit.exit')} {...recordOf('exit')} />
      )}
      {shown === undefined ? null : <RecordView key={shown.hex} hex={shown.hex} />}
    </div>
  );
}

function Steps({ journey }: { readonly journey: Journey }) {
  const { t, i18n } = useTranslation();
  const sum = journey.steps.reduce((total, { amountMinor }) => total + amountMinor, 0);
  return (
    <section>
      <h3 className="transit-small-head">{t('transit.why')}</h3>
      <ol className="transit-steps">
        {journey.steps.map((step, at) => (
          <li key={`${step.rule} ${step.en}`}>
            <span>
              {sentenceOf(i18n.language === 'zh-CN' ? step.zh : step.en)}
              <span className="mono third transit-under">{step.rule}</span>
            </span>
            <span className="tabular">{signed(step.amountMinor, at === 0)}</span>
          </li>
        ))}
      </ol>
      <p className="transit-sum">
        <span>{t('transit.price')}</span>
        <span className="tabular" data-wrong={sum !== journey.priceMinor || undefined}>
          {amountText(journey.priceMinor)}
        </span>
      </p>
    </section>
  );
}

/** The first step is a price, the others are added to it or taken off. */
function signed(minor: number, isFirst: boolean): string {
  return minor > 0 && !isFirst ? `+${amountText(minor)}` : amountText(minor);
}

/** The amount stands at the right already. */
function sentenceOf(words: string): string {
  return words.replace(
    /[:：,，]\s*(?:按最低票价 )?[+\u2212]?¥[\d.,]+(?: (?:off|less|more))?$/u,
    '',
  );
}
