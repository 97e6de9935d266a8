/** One payment through two lenses: what the merchant saw of it, and what the bank saw, side by side. */
import type { Journey } from '@octavo/lib/journey/head.ts';
import { type Fact, lensesOf } from '@octavo/lib/journey/lens.ts';
import type { Words } from '@octavo/lib/journey/names.ts';
import { SAID } from '@octavo/lib/journey/words.ts';
import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useName, useSay } from './say.ts';

/** The pane of the two lenses. */
export function LensesPane({ journey }: { readonly journey: Journey }) {
  const { t } = useTranslation();
  const name = useName();
  return (
    <section className="c-pane lenses" aria-labelledby="lenses-title">
      <div className="c-pane-head">
        <h2 id="lenses-title" className="c-heading">
          {t('explain.lenses')}
        </h2>
      </div>
      <table className="lenses-table">
        <thead>
          <tr>
            <th scope="col">{t('explain.fact')}</th>
            <th scope="col">{t('explain.merchantSaw')}</th>
            <th scope="col">{t('explain.bankSaw')}</th>
          </tr>
        </thead>
        <tbody>
          {lensesOf(journey).map((fact) => (
            <tr key={fact.key} data-mark={isStory(fact)}>
              <th scope="row">{name(fact.title)}</th>
              <Seen words={fact.merchant} />
              <Seen words={fact.bank} />
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small third">{t('explain.lensesSaid')}</p>
    </section>
  );
}

function Seen({ words }: { readonly words: Words | undefined }) {
  const say = useSay();
  if (words !== undefined) return <td className="mono">{say(words)}</td>;
  return (
    <td className="lenses-unseen">
      <EyeOff size={14} strokeWidth={2} aria-hidden /> {say(SAID.unseen)}
    </td>
  );
}

function isStory({ key }: Fact): boolean {
  return key === 'transactionNumber' || key === 'securityCode';
}
