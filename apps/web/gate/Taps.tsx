/** The gate's last taps, newest first: when, what it was, and whether the back office has it. */
import { useTranslation } from 'react-i18next';
import type { TapLine } from './api.ts';
import { bothLines, refusalWord } from './both.ts';
import type { GateParts } from './OpenGate.tsx';

/** How many are shown. */
const MOST = 12;

/** The list. */
export function Taps({ parts }: { readonly parts: GateParts }) {
  const { t } = useTranslation();
  const { view, taps } = parts.watched;
  const waiting = view === undefined ? 0 : Math.max(0, view.records - view.heldUpTo);
  return (
    <section className="taps">
      <h2 className="heading">{t('taps.title')}</h2>
      {taps === undefined ? <div className="wait wait-rows" /> : null}
      {taps?.length === 0 ? <p className="second">{t('taps.empty')}</p> : null}
      {taps === undefined || taps.length === 0 ? null : (
        <>
          <ul className="taps-rows">
            {taps.slice(0, MOST).map((line) => (
              <Row key={line.sequence} line={line} />
            ))}
          </ul>
          <p className="small third">
            {waiting === 0 ? t('taps.allHeld') : t('taps.held', { count: waiting })}
          </p>
        </>
      )}
    </section>
  );
}

function Row({ line }: { readonly line: TapLine }) {
  const { t, i18n } = useTranslation();
  const { sequence, atMs, kind, code, hiddenName, isHeld } = line;
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(atMs);
  const kinds = {
    entry: t('taps.kind.entry'),
    exit: t('taps.kind.exit'),
    single: t('taps.kind.single'),
    check: t('taps.kind.check'),
    companion: t('taps.kind.companion'),
    refused: t('taps.kind.refused'),
  };
  const why = bothLines((face) => face.refused[refusalWord(code)]).title;
  return (
    <li>
      <span className="tabular second">{time}</span>
      <span className="taps-what">
        <span data-kind={kind}>{kinds[kind]}</span>
        {kind === 'refused' ? (
          <span className="small second">{i18n.language === 'zh-CN' ? why.zh : why.en}</span>
        ) : null}
        {isHeld ? null : <span className="small taps-waits">{t('taps.waits')}</span>}
      </span>
      <span className="mono small second">{hiddenName?.toLowerCase() ?? t('taps.nobody')}</span>
      <span className="tabular third">{sequence}</span>
    </li>
  );
}
