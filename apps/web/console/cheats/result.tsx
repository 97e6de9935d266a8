/** What came of a cheat: the refusal with its words and what was compared, or, loudly, that it passed. */
import type { Journey } from '@octavo/lib/journey/head.ts';
import { ArrowUpRight, Check, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CheatPlayed, CheatView, CodeWords } from '../api.ts';
import { refusalWords, Trouble } from '../asked.tsx';
import { useJourneys } from '../events.ts';
import { Link, tapPath } from '../route.tsx';
import type { Play } from './play.ts';

/** The cell. A row that is to come waits in wash. */
export function ResultOf({ cheat, play }: { readonly cheat: CheatView; readonly play: Play }) {
  const { t } = useTranslation();
  const result = play.results[cheat.name];
  if (play.queue[0] === cheat.name) {
    return <span className="cheat-wait cheat-wait-now">{t('cheats.now')}</span>;
  }
  if (play.queue.includes(cheat.name)) {
    return <span className="cheat-wait third">{t('cheats.next')}</span>;
  }
  if (result === undefined) {
    return (
      <span className="cheat-none third">
        <span aria-hidden>–</span>
        <span className="unseen">{t('cheats.notRun')}</span>
      </span>
    );
  }
  if ('trouble' in result) return <Trouble trouble={result.trouble} />;
  return <Played played={result.played} />;
}

function Played({ played }: { readonly played: CheatPlayed }) {
  const { t, i18n } = useTranslation();
  const { asExpected, code, because, outcome } = played;
  const said =
    outcome === 'passed'
      ? t('cheats.approved')
      : code === undefined
        ? t('cheats.stored')
        : codeWords(code, played.words, i18n.language);
  return (
    <div className="cheat-result">
      <p className="cheat-verdict">
        <span className={`tag ${asExpected ? 'tag-qing' : 'tag-zhu'}`}>
          {asExpected ? (
            <Check size={14} strokeWidth={2.4} aria-hidden />
          ) : (
            <TriangleAlert size={14} strokeWidth={2.4} aria-hidden />
          )}
          {code === undefined ? said : <span className="mono">{code}</span>}
        </span>
        <Taps references={played.retrievalReferences} />
      </p>
      {code === undefined ? null : <p>{said}</p>}
      <p className="cheat-because mono second" lang="en">
        {because}
      </p>
    </div>
  );
}

/** What a code says in a language; the world tells of ends that are no refusals. */
export function codeWords(code: string, words: CodeWords | undefined, language: string): string {
  if (words === undefined) return refusalWords(code, language);
  return language === 'zh-CN' ? words.zh : words.en;
}

/** Links to the payments that were asked for on the way, in order. */
function Taps({ references }: { readonly references: readonly string[] }) {
  const { t } = useTranslation();
  const journeys = useJourneys();
  const known = references.flatMap((reference) => idOf(journeys, reference) ?? []);
  return known.map((id, index) => (
    <Link key={id} to={tapPath(id)} className="cheat-tap">
      {known.length === 1 ? t('cheats.tap') : t('cheats.tapNumber', { number: index + 1 })}
      <ArrowUpRight size={14} strokeWidth={2} aria-hidden />
    </Link>
  ));
}

function idOf(journeys: readonly Journey[], reference: string): string | undefined {
  return journeys.find((one) => one.retrievalReference === reference)?.id;
}
