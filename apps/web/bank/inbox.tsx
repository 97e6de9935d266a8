/** Text messages as rows: who, when, what; a code in one is set apart. */

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../kit/words.ts';
import { worldNowMs } from '../kit/world-clock.ts';
import type { Message } from './api.ts';
import { CopyButton, useCopy } from './copy.tsx';
import { codeIn, textIn, timeText, withBoundNumbers } from './text.ts';

/** How a sender is called here: the bank by its name in the page's language, others by their own. */
function useSenderName(): (from: string) => string {
  const { t } = useTranslation();
  const names = [t('bank.name'), t('bank.otherName')];
  return (from) => (names.includes(from) ? t('bank.name') : from);
}

/** The messages, newest first; undefined while they are being read. A message that comes later is read aloud. */
export function Inbox({ messages }: { readonly messages: readonly Message[] | undefined }) {
  const { t } = useTranslation();
  if (messages === undefined) return <Waiting />;
  return (
    <>
      <Announced messages={messages} />
      {messages.length === 0 ? (
        <p className="small third">{t('messages.empty')}</p>
      ) : (
        <ol className="messages">
          {messages.map((message) => (
            <TextMessage key={message.sequence} message={message} />
          ))}
        </ol>
      )}
    </>
  );
}

function TextMessage({ message }: { readonly message: Message }) {
  const { t, i18n } = useTranslation();
  const senderName = useSenderName();
  const language = i18n.language as Language;
  const code = codeIn(message.text);
  return (
    <li className="message">
      <div className="message-head">
        <span className="message-from">{senderName(message.from)}</span>
        <time className="caption third tabular" dateTime={new Date(message.atMs).toISOString()}>
          {timeText(message.atMs, worldNowMs(), language, t('time.yesterday'))}
        </time>
      </div>
      <p className="small second message-text">
        {withBoundNumbers(textIn(message.text, language))}
      </p>
      {code === undefined ? null : <Code code={code} />}
    </li>
  );
}

function Code({ code }: { readonly code: string }) {
  const { t } = useTranslation();
  const { shown, copied, copy } = useCopy(code);
  return (
    <div className="message-code">
      <span ref={shown} className="figure-s code-digits">
        <span>{code.slice(0, 3)}</span>
        <span>{code.slice(3)}</span>
      </span>
      <CopyButton label={t('messages.copyCode')} copied={copied} onPress={copy} />
    </div>
  );
}

/** Says the newest message when it comes, but not those that were there before. */
function Announced({ messages }: { readonly messages: readonly Message[] }) {
  const { t, i18n } = useTranslation();
  const senderName = useSenderName();
  const known = useRef(messages[0]?.sequence ?? 0);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const newest = messages[0];
    if (newest === undefined || newest.sequence <= known.current) return;
    known.current = newest.sequence;
    const text = textIn(newest.text, i18n.language as Language);
    setSaid(t('messages.came', { from: senderName(newest.from), text }));
  }, [messages, t, i18n, senderName]);
  return (
    <p className="unseen" aria-live="polite">
      {said}
    </p>
  );
}

/** The shapes of two messages while they are being read. */
function Waiting() {
  const { t } = useTranslation();
  return (
    <div className="messages waiting" role="status" aria-label={t('bank.loading')}>
      <div className="wait wait-message" />
      <div className="wait wait-message" />
    </div>
  );
}
