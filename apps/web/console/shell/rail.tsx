/** The rail: the pages by name, how the following goes, and what is set for this browser. */
import {
  Activity,
  Binary,
  ClipboardPaste,
  KeyRound,
  Landmark,
  type LucideIcon,
  SlidersHorizontal,
  Swords,
  TrainFront,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../kit/mark/Mark.tsx';
import { useTold } from '../events.ts';
import { Link, type PageName, pageNames, pathOf } from '../route.tsx';
import { Settings } from './settings.tsx';

const icons: Readonly<Record<PageName, LucideIcon>> = {
  live: Activity,
  explain: Binary,
  paste: ClipboardPaste,
  tokens: KeyRound,
  bank: Landmark,
  transit: TrainFront,
  cheats: Swords,
  levers: SlidersHorizontal,
};

/** The rail at the left; a bar on top where the page is narrow. */
export function Rail({ current }: { readonly current: PageName }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <header className="rail">
      <a className="skip" href="#page">
        {t('shell.skip')}
      </a>
      <div className="rail-head">
        <Mark size={26} />
        <span className="rail-name">Octavo</span>
      </div>
      <nav className="rail-nav" aria-label={t('shell.pages')}>
        {pageNames.map((name) => {
          const Icon = icons[name];
          return (
            <Link
              key={name}
              to={pathOf[name]}
              className="rail-link"
              label={names[name]}
              current={name === current}
            >
              <Icon size={20} strokeWidth={1.75} aria-hidden />
              <span className="rail-word">{names[name]}</span>
            </Link>
          );
        })}
      </nav>
      <div className="rail-foot">
        <RailState />
        <Settings />
      </div>
    </header>
  );
}

function useNames(): Readonly<Record<PageName, string>> {
  const { t } = useTranslation();
  return {
    live: t('shell.live'),
    explain: t('shell.explain'),
    paste: t('shell.paste'),
    tokens: t('shell.tokens'),
    bank: t('shell.bank'),
    transit: t('shell.transit'),
    cheats: t('shell.cheats'),
    levers: t('shell.levers'),
  };
}

/** One word on the connection, announced when it changes. */
function RailState() {
  const { t } = useTranslation();
  const { state } = useTold();
  const words =
    state === 'lost'
      ? t('shell.lost')
      : state === 'opening'
        ? t('shell.opening')
        : t('shell.following');
  return (
    <p className="rail-state" role="status" title={words}>
      <span className="rail-dot" data-state={state} aria-hidden />
      <span className="rail-word">{words}</span>
    </p>
  );
}
