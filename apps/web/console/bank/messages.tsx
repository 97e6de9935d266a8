/** The texts that went out to all numbers, without what would open something. */
import type * as issuer from '@octavo/services/issuer';
import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { textIn } from '../../bank/text.ts';
import { Leaf } from '../../kit/mark/Mark.tsx';
import type { Language } from '../../kit/words.ts';
import { call } from '../api.ts';
import { Shown, useAsked } from '../asked.tsx';
import { Pane } from '../frame.tsx';
import { momentText } from '../moment.ts';

/** The newest first. */
export function Messages() {
  const { t, i18n } = useTranslation();
  const asked = useAsked(
    () => call<typeof issuer.listMessages>('/issuer/inbox/list', {}),
    'messages',
    3_000,
  );
  return (
    <Pane title={t('bank.messages')} className="bank-messages">
      <p className="bank-why second">
        <EyeOff size={18} strokeWidth={1.75} aria-hidden />
        {t('bank.whyHidden')}
      </p>
      <Shown asked={asked} shape={320}>
        {({ messages }) =>
          messages.length === 0 ? (
            <div className="nothing">
              <Leaf size={40} />
              <p className="c-heading">{t('bank.noMessages')}</p>
              <p className="third">{t('bank.noMessagesLine')}</p>
            </div>
          ) : (
            <ol className="bank-texts">
              {messages.map(({ atMs, from, mobileMasked, text }) => (
                <li key={`${atMs} ${mobileMasked ?? ''} ${text}`}>
                  <span className="tabular second">{momentText(atMs, { seconds: true })}</span>
                  <span>
                    {from}
                    <span className="tabular third">
                      {' '}
                      → {mobileMasked ?? t('bank.unknownMobile')}
                    </span>
                  </span>
                  <span className="bank-text">{textIn(text, i18n.language as Language)}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
    </Pane>
  );
}
