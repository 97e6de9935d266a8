/** How the bank may learn that it is its holder: its code, or its own app. */
import { ChevronRight, Landmark, MessageSquareText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../../kit/here.ts';
import { Bar, Row } from '../../kit/parts.tsx';
import type { EnrolmentView } from '../core/api.ts';
import { maskedText } from './masked.ts';

/** The list. An approval in the bank's app is noticed by itself. */
export function MethodList(props: {
  readonly view: EnrolmentView;
  readonly onBack: () => void;
  readonly onCode: () => void;
}) {
  const { view, onBack, onCode } = props;
  const { t } = useTranslation();
  return (
    <div className="page">
      <Bar back={onBack} backLabel={t('page.back')} />
      <div className="stack add-top">
        <div className="stack-tight">
          <h1 className="title">{t('add.method.title')}</h1>
          <p className="second">{t('add.method.text')}</p>
        </div>
        <ul className="rows">
          <Row
            icon={<MessageSquareText size={20} strokeWidth={1.75} aria-hidden />}
            title={t('add.method.code')}
            second={
              view.mobileMasked === undefined
                ? undefined
                : t('add.method.codeTo', { mobile: maskedText(view.mobileMasked) })
            }
            onPress={onCode}
          />
          <li>
            <a className="row" href={`${siteOrigin('bank')}/`} target="_blank" rel="noopener">
              <span className="row-icon">
                <Landmark size={20} strokeWidth={1.75} aria-hidden />
              </span>
              <span className="row-body">
                <span className="add-row-title">{t('add.method.app')}</span>
                <span className="add-row-second small third">{t('add.method.appText')}</span>
              </span>
              <ChevronRight className="row-go" size={20} strokeWidth={1.75} aria-hidden />
            </a>
          </li>
        </ul>
      </div>
    </div>
  );
}
