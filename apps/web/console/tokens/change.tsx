/** What the operator may do to a token: suspend, resume and delete, with a reason that stays in its history. */
import { type Life, step } from '@octavo/domain/life.ts';
import { tokenLife } from '@octavo/domain/token.ts';
import type * as tokens from '@octavo/services/tokens';
import { Info, Play, Snowflake, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../kit/new-id.ts';
import { type BodyOf, call } from '../api.ts';
import { meet, Trouble, type TroubleMet } from '../asked.tsx';
import { Choose } from '../choose.tsx';
import { Control, Pane } from '../frame.tsx';
import { DeleteForm } from './delete-form.tsx';
import type { Token } from './state-tag.tsx';
import { usePartyWords, useReasonWords } from './words-of.ts';
import './change.css';

type Ask = BodyOf<typeof tokens.changeToken>;
type Event = Ask['event'];
type Reason = Ask['reason'];

const REASONS: readonly Reason[] = [
  'HOLDER_REQUEST',
  'DEVICE_LOST',
  'DEVICE_FOUND',
  'DEVICE_WIPED',
  'FRAUD_SUSPECTED',
  'ACCOUNT_CLOSED',
  'ISSUER_REQUEST',
  'OTHER',
];

/** The pane at the right. Which acts there are is read from the table of a token's life. */
export function Change({
  token,
  onChanged,
}: {
  readonly token: Token;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslation();
  const act = useChange(token, onChanged);
  const can = (event: Event): boolean => step(tokenLife as Life, token.state, event) !== undefined;
  if (token.state === 'deleted') {
    return (
      <Pane title={t('tokens.change')} className="token-change">
        <p className="second">{t('tokens.deletedLine')}</p>
        <p role="status">{act.done}</p>
      </Pane>
    );
  }
  const isMine = token.suspendedBy.includes('operator');
  const canSuspend = can('suspend') && !isMine;
  const canResume = can('resume') && isMine;
  return (
    <Pane title={t('tokens.change')} className="token-change">
      <p className="second">{t('tokens.changeLine')}</p>
      <Why {...act} />
      {act.trouble === undefined ? null : <Trouble trouble={act.trouble} />}
      <p className="tokens-done" role="status">
        {act.done}
      </p>
      <div className="token-acts">
        {canResume ? (
          <Control kind="primary" busy={act.busy} onPress={() => act.change('resume')}>
            <Play size={18} strokeWidth={1.75} aria-hidden />
            {t('tokens.resume')}
          </Control>
        ) : null}
        {canSuspend ? (
          <Control
            kind={token.state === 'active' ? 'primary' : 'soft'}
            busy={act.busy}
            onPress={() => act.change('suspend')}
          >
            <Snowflake size={18} strokeWidth={1.75} aria-hidden />
            {token.state === 'active' ? t('tokens.suspend') : t('tokens.suspendToo')}
          </Control>
        ) : null}
        {can('delete') ? <Deleting token={token} act={act} /> : null}
      </div>
      <Rule token={token} />
    </Pane>
  );
}

type Act = ReturnType<typeof useChange>;

function useChange(token: Token, onChanged: () => void) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<Reason>('HOLDER_REQUEST');
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<TroubleMet>();
  const [done, setDone] = useState<string>();
  // The same wish keeps its id until it is answered, so that a lost answer does not make it two.
  const kept = useRef<{ readonly wish: string; readonly requestId: string }>(undefined);
  const said: Readonly<Record<Event, string>> = {
    suspend: t('tokens.doneSuspend'),
    resume: t('tokens.doneResume'),
    delete: t('tokens.doneDelete'),
  };
  const send = async (event: Event): Promise<void> => {
    const wish = {
      tokenReference: token.tokenReference,
      event,
      reason,
      ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    };
    const text = JSON.stringify(wish);
    if (kept.current?.wish !== text) kept.current = { wish: text, requestId: newId() };
    const { requestId } = kept.current;
    setBusy(true);
    setDone(undefined);
    const met = await meet(() =>
      call<typeof tokens.changeToken>('/tokens/change-token', { requestId, ...wish }),
    );
    setBusy(false);
    setTrouble(met.trouble);
    if (met.answer === undefined) return;
    kept.current = undefined;
    setComment('');
    setDone(said[event]);
    onChanged();
  };
  const change = (event: Event): void => void send(event);
  return { reason, setReason, comment, setComment, busy, trouble, done, change };
}

function Why({ reason, setReason, comment, setComment }: Act) {
  const { t } = useTranslation();
  const words = useReasonWords();
  return (
    <>
      <Choose
        label={t('tokens.reason')}
        value={reason}
        options={REASONS.map((value) => ({ value, words: words[value] ?? value }))}
        onChange={setReason}
      />
      <label className="choose">
        <span className="choose-label">{t('tokens.comment')}</span>
        <textarea
          className="choose-text"
          rows={3}
          maxLength={200}
          placeholder={t('tokens.commentHint')}
          value={comment}
          onChange={(event) => setComment(event.target.value.replaceAll(/\p{Cc}/gu, ' '))}
        />
      </label>
    </>
  );
}

function Deleting({ token, act }: { readonly token: Token; readonly act: Act }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (isOpen) {
    return (
      <DeleteForm
        lastFour={token.tokenLastFour}
        busy={act.busy}
        onDelete={() => act.change('delete')}
        onClose={() => setOpen(false)}
      />
    );
  }
  return (
    <button type="button" className="control token-delete" onClick={() => setOpen(true)}>
      <Trash2 size={18} strokeWidth={1.75} aria-hidden />
      {t('tokens.delete')}
    </button>
  );
}

/** Who alone can resume, and that deleting is for good. */
function Rule({ token }: { readonly token: Token }) {
  const { t } = useTranslation();
  const party = usePartyWords();
  const others = token.suspendedBy.filter((one) => one !== 'operator');
  return (
    <p className="token-rule second">
      <Info size={18} strokeWidth={1.75} aria-hidden />
      <span>
        {others.length === 0
          ? t('tokens.rule')
          : t('tokens.ruleOthers', {
              parties: others.map((one) => party[one]).join(t('tokens.and')),
            })}
      </span>
    </p>
  );
}
