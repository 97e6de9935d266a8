/** What a holder sees: what phones ask first, then the cards with their book, then the messages. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { approvalsOf, type Card, cardsOf, type Opened, type Sim } from './api.ts';
import { Approvals } from './approvals.tsx';
import { Book } from './book.tsx';
import { CardDesk, CardList, shownCards } from './cards.tsx';
import { Inbox } from './inbox.tsx';
import { OpenAccount, OpenAccountSheet } from './open-account.tsx';
import { OfflineLine, TroubleLine } from './trouble.tsx';
import { useAsked } from './use-asked.ts';
import { useInbox } from './use-inbox.ts';

/** How often cards and questions are asked for. */
const EVERY_MS = 1_500;

/** The desk of a number. `onClosed` hears that its secret opens nothing any more. */
export function HolderDesk({
  sim,
  onClosed,
}: {
  readonly sim: Sim;
  readonly onClosed: (sim: Sim) => void;
}) {
  const { t } = useTranslation();
  const cards = useAsked<readonly Card[]>(sim.secret, EVERY_MS, () => cardsOf(sim));
  const approvals = useAsked(sim.secret, EVERY_MS, () => approvalsOf(sim));
  const inbox = useInbox(sim);
  const [chosenId, setChosenId] = useState<string>();
  const [isOpening, setOpening] = useState(false);
  const [said, setSaid] = useState('');
  const cardsPlace = useRef<HTMLElement>(null);
  const { trouble } = cards;
  useEffect(() => {
    if (trouble === 'inbox.closed') onClosed(sim);
  }, [trouble, sim, onClosed]);
  const list = cards.answer;
  const shown = shownCards(list ?? []);
  const chosen = shown.find(({ card }) => card.cardId === chosenId) ?? shown.at(-1);
  const opened = ({ cardId, cardLastFour }: Opened) => {
    setChosenId(cardId);
    setOpening(false);
    setSaid(t('open.opened', { digits: cardLastFour }));
    cards.again();
    cardsPlace.current?.focus();
  };
  return (
    <div className="desk">
      {trouble === 'offline' ? <OfflineLine /> : null}
      {trouble === undefined || ['offline', 'inbox.closed'].includes(trouble) ? null : (
        <TroubleLine code={trouble} />
      )}
      <Approvals sim={sim} approvals={approvals.answer ?? []} onDecided={approvals.again} />
      <div className="desk-columns">
        <section
          ref={cardsPlace}
          tabIndex={-1}
          className="desk-cards stack"
          aria-label={t('cards.title')}
        >
          <p className="unseen" aria-live="polite">
            {said}
          </p>
          {list === undefined ? <CardWaiting /> : null}
          {list?.length === 0 ? <FirstAccount sim={sim} onOpened={opened} /> : null}
          {chosen === undefined ? null : (
            <CardDesk key={chosen.card.cardId} sim={sim} shown={chosen} />
          )}
          {chosen === undefined ? null : (
            <CardList
              cards={shown.filter((one) => one !== chosen)}
              onChoose={setChosenId}
              onOpenAnother={() => setOpening(true)}
            />
          )}
        </section>
        {chosen === undefined ? null : <Book card={chosen.card} />}
        <section className="desk-messages stack-tight">
          <h2 className="heading">{t('messages.title')}</h2>
          <Inbox messages={inbox.answer} />
        </section>
      </div>
      {isOpening ? (
        <OpenAccountSheet sim={sim} onOpened={opened} onClose={() => setOpening(false)} />
      ) : null}
    </div>
  );
}

/** No card yet: the first act of all. */
function FirstAccount({
  sim,
  onOpened,
}: {
  readonly sim: Sim;
  readonly onOpened: (opened: Opened) => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <div className="stack-tight">
        <h2 className="display">{t('open.first')}</h2>
        <p className="second">{t('open.firstText')}</p>
      </div>
      <OpenAccount sim={sim} onOpened={onOpened} />
    </>
  );
}

/** The shapes of a card and its balance while they are asked for. */
function CardWaiting() {
  const { t } = useTranslation();
  return (
    <div className="stack waiting" role="status" aria-label={t('bank.loading')}>
      <div className="wait wait-card" />
      <div className="wait wait-line" />
    </div>
  );
}
