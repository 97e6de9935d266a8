/** The cheats in a table, each with its expected end, its own, and the way to its bytes. */
import { Grid, Table, type TableColumnsType } from 'antd';
import { Play as PlayIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CheatExpected, CheatView } from '../api.ts';
import { Control } from '../frame.tsx';
import { type Play, playCheats } from './play.ts';
import { codeWords, ResultOf } from './result.tsx';

/** The table. Narrow, the result goes under what was tried. */
export function CheatTable({
  cheats,
  play,
}: {
  readonly cheats: readonly CheatView[];
  readonly play: Play;
}) {
  return (
    <Table<CheatView>
      rowKey="name"
      dataSource={cheats}
      columns={useColumns(play)}
      pagination={false}
      rowClassName={({ name }) => (name === play.stoppedBy ? 'cheat-passed' : '')}
    />
  );
}

/** A cheat's name in the page's language. */
export function useCheatName(): (cheat: CheatView) => string {
  const { i18n } = useTranslation();
  return ({ name, zh }) => (i18n.language === 'zh-CN' ? zh.name : name);
}

function useColumns(play: Play): TableColumnsType<CheatView> {
  const { t, i18n } = useTranslation();
  const nameOf = useCheatName();
  const isWide = Grid.useBreakpoint().md === true;
  const isChinese = i18n.language === 'zh-CN';
  return [
    {
      title: t('cheats.cheat'),
      render: (_, cheat) => (
        <div className="cheat-what">
          <p className="cheat-name">{nameOf(cheat)}</p>
          <p className="second">{isChinese ? cheat.zh.tries : cheat.tries}</p>
          {isWide ? null : (
            <div className="cheat-under">
              <Expected expected={cheat.expected} />
              <ResultOf cheat={cheat} play={play} />
              <span>
                <Run cheat={cheat} play={play} />
              </span>
            </div>
          )}
        </div>
      ),
    },
    {
      title: t('cheats.expected'),
      responsive: ['md'],
      render: (_, { expected }) => <Expected expected={expected} />,
    },
    {
      title: t('cheats.result'),
      responsive: ['md'],
      width: '44%',
      render: (_, cheat) => <ResultOf cheat={cheat} play={play} />,
    },
    {
      title: <span className="unseen">{t('cheats.run')}</span>,
      responsive: ['md'],
      align: 'right',
      render: (_, cheat) => <Run cheat={cheat} play={play} />,
    },
  ];
}

function Run({ cheat, play }: { readonly cheat: CheatView; readonly play: Play }) {
  const { t } = useTranslation();
  const nameOf = useCheatName();
  return (
    <Control
      disabled={play.queue.length > 0}
      label={t('cheats.runOne', { name: nameOf(cheat) })}
      onPress={() => void playCheats([cheat.name])}
    >
      <PlayIcon size={16} strokeWidth={2} aria-hidden />
      {t('cheats.run')}
    </Control>
  );
}

function Expected({ expected: { outcome, code, words } }: { readonly expected: CheatExpected }) {
  const { t, i18n } = useTranslation();
  if (outcome === 'stored_answer' || code === undefined) {
    return <span className="second">{t('cheats.storedAnswer')}</span>;
  }
  return (
    <span className="cheat-code mono" title={codeWords(code, words, i18n.language)}>
      {code}
    </span>
  );
}
