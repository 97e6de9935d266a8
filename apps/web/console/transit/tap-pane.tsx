/** One tap as the back office holds it: where and when, what the token service said, and its record. */
import { useTranslation } from 'react-i18next';
import { Shown, useAsked } from '../asked.tsx';
import { Reference } from '../bank/reference.tsx';
import { Control } from '../frame.tsx';
import { useMeaning } from '../meaning.ts';
import { type JourneyEnd, readTap, type TapKept } from './api.ts';
import { cityMoment, clockText } from './days.ts';
import { useFormWords } from './words-of.ts';

/** A verdict comes within moments, or when a line heals. */
const LOOK_MS = 5_000;

/** Whether the tap's record is shown, and how it comes and goes. */
type Recorded = { readonly isShown: boolean; readonly onRecord: (hex: string) => void };

/** The pane of one end of a journey. */
export function TapPane({
  end,
  title,
  ...recorded
}: Recorded & { readonly end: JourneyEnd; readonly title: string }) {
  const { t } = useTranslation();
  const form = useFormWords();
  const { gateId, sequence, atMs } = end;
  const asked = useAsked(() => readTap(gateId, sequence), `${gateId} ${sequence}`, LOOK_MS);
  return (
    <section className="transit-tap">
      <h3 className="transit-small-head">{title}</h3>
      <dl className="transit-facts">
        <dt className="second">{t('transit.when')}</dt>
        <dd className="tabular">
          {cityMoment(atMs).slice(0, 5)} {clockText(atMs)}
        </dd>
        <dt className="second">{t('transit.gate')}</dt>
        <dd className="mono">
          {gateId}/{sequence}
        </dd>
        <dt className="second">{t('transit.heldTo')}</dt>
        <dd>{form[end.form]}</dd>
      </dl>
      <Shown asked={asked} shape={64}>
        {(kept) => <Verdict kept={kept} {...recorded} />}
      </Shown>
    </section>
  );
}

function Verdict({ kept, isShown, onRecord }: Recorded & { readonly kept: TapKept }) {
  const { t } = useTranslation();
  const meaning = useMeaning();
  const { verdict, code, responseCode, retrievalReference, record } = kept;
  const words: Readonly<Record<TapKept['verdict'], readonly [string, string]>> = {
    good: [t('transit.verdictGood'), 'tag-qing'],
    refused: [t('transit.verdictRefused'), 'tag-zhu'],
    waiting: [t('transit.verdictWaiting'), 'tag-amber'],
    none: [t('transit.verdictNone'), ''],
  };
  const [said, tone] = words[verdict];
  return (
    <>
      <dl className="transit-facts">
        <dt className="second">{t('transit.verdict')}</dt>
        <dd className="transit-verdict">
          <span className={`tag ${tone}`}>{said}</span>
          {responseCode === undefined ? null : (
            <span className="mono second">DE39 {responseCode}</span>
          )}
        </dd>
        {code === undefined ? null : (
          <>
            <dt className="second">{t('transit.reason')}</dt>
            <dd>
              {meaning(code)} <span className="mono third transit-under">{code}</span>
            </dd>
          </>
        )}
        {retrievalReference === undefined ? null : (
          <>
            <dt className="second">{t('transit.reference')}</dt>
            <dd>
              <Reference reference={retrievalReference} />
            </dd>
          </>
        )}
      </dl>
      <Control pressed={isShown} onPress={() => onRecord(record)}>
        {t('transit.rawRecord')}
      </Control>
    </>
  );
}
