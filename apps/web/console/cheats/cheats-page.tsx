/** The cheats: what each tries, what must come of it, and what came of it on the running world. */
import { Play as PlayIcon, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type CheatView, listCheats } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Control, Page } from '../frame.tsx';
import { CheatTable, useCheatName } from './cheat-table.tsx';
import { type Play, playCheats, stopCheats, usePlay } from './play.ts';
import './cheats.css';

/** The page. */
export function CheatsPage() {
  const { t } = useTranslation();
  const asked = useAsked(listCheats, 'cheats');
  const play = usePlay();
  const names = asked.answer?.cheats.map(({ name }) => name) ?? [];
  const isPlaying = play.queue.length > 0;
  return (
    <Page
      title={t('cheats.title')}
      acts={
        play.queue.length > 1 ? (
          <Control onPress={stopCheats}>
            <Square size={16} strokeWidth={2} aria-hidden />
            {t('cheats.stop')}
          </Control>
        ) : (
          <Control
            kind="primary"
            busy={isPlaying}
            disabled={names.length === 0 || isPlaying}
            onPress={() => void playCheats(names)}
          >
            <PlayIcon size={16} strokeWidth={2} aria-hidden />
            {t('cheats.runAll')}
          </Control>
        )
      }
    >
      <Shown asked={asked} shape={480}>
        {({ cheats }) => (
          <>
            <Standing cheats={cheats} play={play} />
            {KINDS.map((kind) => (
              <section key={kind} className="c-pane cheats-pane" aria-labelledby={`cheats-${kind}`}>
                <h2 id={`cheats-${kind}`} className="c-heading cheats-kind">
                  {t(`cheats.${kind}`)}
                </h2>
                <CheatTable cheats={cheats.filter((one) => one.kind === kind)} play={play} />
              </section>
            ))}
          </>
        )}
      </Shown>
    </Page>
  );
}

/** What is cheated, in the order in which it is told. */
const KINDS = ['payment', 'transit'] as const;

/** How far it is: a leaf for each cheat, and the word for the ear. A cheat that passed speaks louder than all. */
function Standing({
  cheats,
  play,
}: {
  readonly cheats: readonly CheatView[];
  readonly play: Play;
}) {
  const { t } = useTranslation();
  const nameOf = useCheatName();
  const held = cheats.filter(({ name }) => isHeld(play, name)).length;
  const passed = cheats.find(({ name }) => name === play.stoppedBy);
  const [current] = cheats.filter(({ name }) => name === play.queue[0]);
  if (passed !== undefined) {
    return (
      <div className="cheats-passed" role="alert">
        <p className="cheats-passed-title">{t('cheats.passed', { name: nameOf(passed) })}</p>
        <p>{t('cheats.passedLine')}</p>
      </div>
    );
  }
  return (
    <section className="c-pane cheats-standing" aria-label={t('cheats.standing')}>
      <div>
        <p className="cheats-count">
          <span className="figure-m">{held}</span>
          <span className="second"> {t('cheats.of', { count: cheats.length })}</span>
        </p>
        <p className="second" role="status">
          {current === undefined
            ? held === 0
              ? t('cheats.intro')
              : t('cheats.held', { count: held })
            : t('cheats.playing', { name: nameOf(current) })}
        </p>
      </div>
      <ol className="cheats-leaves" aria-hidden>
        {cheats.map(({ name }) => (
          <li key={name} data-state={stateOf(play, name)} />
        ))}
      </ol>
    </section>
  );
}

function isHeld({ results }: Play, name: string): boolean {
  const result = results[name];
  return result !== undefined && 'played' in result && result.played.asExpected;
}

function stateOf(play: Play, name: string): 'held' | 'playing' | 'queued' | 'none' {
  if (play.queue[0] === name) return 'playing';
  if (play.queue.includes(name)) return 'queued';
  return isHeld(play, name) ? 'held' : 'none';
}
