/** A card that was not added: what happened, whether anything was sent or taken, what to do; the code comes last. */
import { CircleAlert, Landmark, Layers, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Bar, Button } from '../../kit/parts.tsx';

type Act = 'check' | 'another' | 'begin' | 'home';

/** What can be done after a refusal; the rest begin again. */
const acts: Readonly<Record<string, Act>> = {
  'card.luhn_wrong': 'check',
  'card.unknown_bin': 'check',
  'card.unknown': 'check',
  'card.details_wrong': 'check',
  'card.expired': 'another',
  'card.locked': 'another',
  'card.declined': 'another',
  'card.on_device': 'home',
  'enrolment.not_waiting': 'home',
  'push.unknown': 'home',
  'push.lapsed': 'home',
  'push.used': 'home',
  'device.unknown': 'home',
  'device.locked': 'home',
  'device.wiped': 'home',
  'device.element_refused': 'home',
  'device.element_taken': 'home',
  'wallet.full': 'home',
};

/** A refusal by its code. */
export function RefusedCard(props: {
  readonly code: string;
  readonly onBack: () => void;
  readonly onBegin: () => void;
}) {
  const { code, onBack, onBegin } = props;
  const { t, i18n } = useTranslation();
  const own = `add.refused.${code}`;
  const words = i18n.exists(`${own}.title`) ? own : 'add.refused.other';
  const act = acts[code] ?? 'begin';
  const isFull = code === 'wallet.full';
  return (
    <Outcome
      tone={isFull ? 'dian' : 'zhu'}
      icon={isFull ? Layers : iconOf(code)}
      title={t(`${words}.title`)}
      text={t(`${words}.text`)}
      code={code}
      onBack={onBack}
    >
      <Button onPress={act === 'home' ? onBack : onBegin}>
        {isFull ? t('home.chooseRemove') : t(`add.act.${act}`)}
      </Button>
    </Outcome>
  );
}

/** Nobody knows whether it was heard. */
export function NoAnswer(props: {
  readonly trace: string;
  readonly onRetry: () => void;
  readonly onBack: () => void;
}) {
  const { trace, onRetry, onBack } = props;
  const { t } = useTranslation();
  return (
    <Outcome
      tone="amber"
      icon={CircleAlert}
      title={t('add.lost.title')}
      text={t('add.lost.text')}
      code={t('add.trace', { trace })}
      onBack={onBack}
    >
      <Button onPress={onRetry}>{t('add.lost.retry')}</Button>
    </Outcome>
  );
}

function Outcome(props: {
  readonly tone: 'zhu' | 'amber' | 'dian';
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly code: string;
  readonly onBack: () => void;
  readonly children: ReactNode;
}) {
  const { tone, icon: Icon, title, text, code, onBack, children } = props;
  const { t } = useTranslation();
  return (
    <div className="page">
      <Bar title={t('add.title')} back={onBack} backLabel={t('page.back')} />
      <div className="pane add-outcome" role="alert">
        <span className="add-mark" data-tone={tone}>
          <Icon size={22} strokeWidth={1.75} aria-hidden />
        </span>
        <div>
          <h2 className="heading">{title}</h2>
          <p className="second">{text}</p>
        </div>
      </div>
      <div className="add-foot">
        <p className="code-trace add-code">{code}</p>
        {children}
      </div>
    </div>
  );
}

function iconOf(code: string): LucideIcon {
  const isBank = code.startsWith('card.') || code === 'enrolment.bank_refused';
  return isBank ? Landmark : CircleAlert;
}
