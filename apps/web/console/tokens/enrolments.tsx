/** Cards that wait for a code or their bank's word, and the word of its call centre. */

import type * as tokens from '@octavo/services/tokens';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CardArt } from '../../kit/art/CardArt.tsx';
import { designOf } from '../../kit/art/designs.ts';
import { useFocusAtOnce } from '../../kit/focus-at-once.ts';
import { newId } from '../../kit/new-id.ts';
import { type AnswerOf, call } from '../api.ts';
import { meet, Shown, Trouble, type TroubleMet, useAsked } from '../asked.tsx';
import { Control, Pane } from '../frame.tsx';
import { momentText } from '../moment.ts';
import { useCardWords } from './state-tag.tsx';

type Enrolment = AnswerOf<typeof tokens.enrolments>['enrolments'][number];

/** The list, looked at again every two seconds. */
export function Enrolments() {
  const { t } = useTranslation();
  const [done, setDone] = useState<string>();
  const asked = useAsked(
    () => call<typeof tokens.enrolments>('/tokens/enrolments', {}),
    'enrolments',
    2_000,
  );
  const settled = (words: string): void => {
    setDone(words);
    asked.again();
  };
  return (
    <Pane title={t('tokens.waiting')} end={asked.answer?.enrolments.length || null}>
      <p className="tokens-done" role="status">
        {done}
      </p>
      <Shown asked={asked} shape={80}>
        {({ enrolments }) =>
          enrolments.length === 0 ? (
            <p className="third">{t('tokens.noneWaiting')}</p>
          ) : (
            <ul className="tokens-waiting">
              {enrolments.map((enrolment) => (
                <Waiting key={enrolment.enrolmentId} enrolment={enrolment} onSettled={settled} />
              ))}
            </ul>
          )
        }
      </Shown>
    </Pane>
  );
}

function Waiting({
  enrolment,
  onSettled,
}: {
  readonly enrolment: Enrolment;
  readonly onSettled: (words: string) => void;
}) {
  const { t } = useTranslation();
  const words = useCardWords();
  const [isOpen, setOpen] = useState(false);
  const { cardLastFour, face, mobileMasked, askedAtMs, expiresAtMs, triesLeft } = enrolment;
  const number = { lastFour: cardLastFour };
  return (
    <li className="tokens-wait">
      <CardArt design={designOf(face.art)} seed={enrolment.enrolmentId} width={50} />
      <div className="tokens-wait-body">
        <p>
          {words(face)} <span className="tabular">{cardLastFour}</span>
        </p>
        <p className="caption third">
          {t('tokens.askedAt', {
            asked: momentText(askedAtMs),
            lapses: momentText(expiresAtMs),
          })}
        </p>
        <p className="caption third">
          {t('tokens.triesLeft', { tries: triesLeft })}
          {mobileMasked === undefined ? null : ` · ${mobileMasked}`}
        </p>
      </div>
      {isOpen ? null : (
        <Control onPress={() => setOpen(true)}>{t('tokens.activateByCall')}</Control>
      )}
      {isOpen ? (
        <Decide
          enrolment={enrolment}
          onClose={() => setOpen(false)}
          onDone={(approve) =>
            onSettled(approve ? t('tokens.approved', number) : t('tokens.refusedCard', number))
          }
        />
      ) : null}
    </li>
  );
}

function Decide({
  enrolment,
  onClose,
  onDone,
}: {
  readonly enrolment: Enrolment;
  readonly onClose: () => void;
  readonly onDone: (approve: boolean) => void;
}) {
  const { t } = useTranslation();
  const input = useFocusAtOnce<HTMLInputElement>();
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<TroubleMet>();
  // One decision has one id, also when its answer was lost and it is sent again.
  const ids = useRef<Readonly<Record<string, string>>>({ yes: newId(), no: newId() });
  const decide = async (approve: boolean): Promise<void> => {
    setBusy(true);
    const met = await meet(() =>
      call<typeof tokens.approveEnrolment>('/tokens/approve-enrolment', {
        requestId: ids.current[approve ? 'yes' : 'no'] ?? newId(),
        enrolmentId: enrolment.enrolmentId,
        approve,
        by: 'call_centre',
        ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
      }),
    );
    setBusy(false);
    setTrouble(met.trouble);
    if (met.answer !== undefined) onDone(approve);
  };
  return (
    <form
      className="tokens-decide"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void decide(true);
      }}
    >
      <label className="choose">
        <span className="choose-label">{t('tokens.comment')}</span>
        <input
          className="choose-text"
          maxLength={200}
          value={comment}
          placeholder={t('tokens.callHint')}
          ref={input}
          onChange={(event) => {
            ids.current = { yes: newId(), no: newId() };
            setComment(event.target.value);
          }}
        />
      </label>
      {trouble === undefined ? null : <Trouble trouble={trouble} />}
      <div className="tokens-acts">
        <Control kind="primary" type="submit" busy={busy}>
          {t('tokens.activate')}
        </Control>
        <Control busy={busy} onPress={() => void decide(false)}>
          {t('tokens.refuse')}
        </Control>
        <Control kind="quiet" onPress={onClose}>
          {t('tokens.cancel')}
        </Control>
      </div>
    </form>
  );
}
