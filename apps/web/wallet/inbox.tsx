/**
 * The bank's messages to a mobile number, in a frame of the bank's own origin. No session opens it. It stands beside
 * the phone, or else lies behind it as a sheet, alive all the while, so that what is unread is known.
 */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FromInbox, ToInbox } from '../bank/messages.ts';
import { siteOrigin } from '../kit/here.ts';
import { CloseButton } from '../kit/parts.tsx';
import { currentTheme, onTheme } from '../kit/theme.ts';
import { chosenLanguage } from '../kit/words.ts';
import { noteUnread, openInbox, useInboxState } from './inbox-open.ts';
import { useWalletState } from './use-wallet.tsx';

/** The messages beside the phone. */
export function InboxBeside() {
  const { t } = useTranslation();
  return (
    <aside className="side side-inbox" aria-label={t('page.bankMessages')}>
      <div className="row-between">
        <h2 className="heading">{t('page.bankMessages')}</h2>
        <span className="small third">{t('page.demo')}</span>
      </div>
      <MessagesFrame />
    </aside>
  );
}

/** The messages as a sheet over the phone. */
export function InboxSheet() {
  const { t } = useTranslation();
  const { isOpen } = useInboxState();
  const sheet = useRef<HTMLDialogElement>(null);
  const close = () => openInbox(false);
  useEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement;
    sheet.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [isOpen]);
  return (
    <div className="inbox-layer" hidden={!isOpen}>
      <button
        type="button"
        className="sheet-ground"
        aria-label={t('page.close')}
        tabIndex={-1}
        onClick={close}
      />
      <dialog
        open
        ref={sheet}
        className="sheet inbox-sheet"
        aria-modal="true"
        aria-label={t('page.bankMessages')}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
        }}
      >
        <div className="row-between">
          <h2 className="heading">{t('page.bankMessages')}</h2>
          <CloseButton label={t('page.close')} onPress={close} />
        </div>
        <MessagesFrame />
      </dialog>
    </div>
  );
}

/**
 * The frame; it is told the number, and tells back how much is unread. Without a connection it cannot open: it stays
 * unseen then, and opens once there is one.
 */
function MessagesFrame() {
  const { t } = useTranslation();
  const { mobile, isOnline } = useWalletState();
  const [isHeard, setHeard] = useState(false);
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const bank = siteOrigin('bank');
    const stop = new AbortController();
    const { signal } = stop;
    const send = (told: ToInbox) => element.contentWindow?.postMessage(told, bank);
    const tell = () => send({ kind: 'number', mobile: mobile ?? '' });
    element.addEventListener('load', tell, { signal });
    signal.addEventListener(
      'abort',
      onTheme((theme) => send({ kind: 'theme', theme })),
    );
    addEventListener(
      'message',
      ({ origin, source, data }: MessageEvent<FromInbox>) => {
        if (origin !== bank || source !== element.contentWindow) return;
        setHeard(true);
        if (data?.kind === 'unread') noteUnread(data.count);
      },
      { signal },
    );
    const look = new URLSearchParams({ lang: chosenLanguage(), theme: currentTheme() });
    const address = `${bank}/messages?${look}`;
    if (isHeard) tell();
    else if (isOnline) element.src = address;
    return () => stop.abort();
  }, [mobile, isOnline, isHeard]);
  return (
    <iframe
      ref={frame}
      className="messages-frame"
      data-closed={!isHeard && !isOnline}
      title={t('page.bankMessages')}
    />
  );
}
