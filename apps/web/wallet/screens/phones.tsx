/** The holder's phones, from any browser. A browser that is none of them can become one. */
import { Smartphone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Bar, Button, Row } from '../../kit/parts.tsx';
import type { DeviceView } from '../core/api.ts';
import { goBack, goTo } from '../route.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';

/** The screen; also the first one of a browser that is not a phone. */
export function Phones() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { device, others } = useWalletState();
  return (
    <div className="page stack">
      <Bar
        title={t('phones.title')}
        back={device === undefined ? undefined : goBack}
        backLabel={t('page.back')}
      />
      {device === undefined ? (
        <p className="second">{t('phones.noPhoneText')}</p>
      ) : (
        <PhoneList title={t('phones.thisPhone')} phones={[device]} />
      )}
      {others.length > 0 && <PhoneList title={t('phones.others')} phones={others} />}
      {device === undefined && (
        <div className="foot">
          <Button onPress={() => goTo({ screen: 'register' })}>
            <Smartphone size={20} strokeWidth={1.75} aria-hidden />
            {t('phones.useThis')}
          </Button>
          <Button kind="quiet" onPress={wallet.signOut}>
            {t('account.signOut')}
          </Button>
        </div>
      )}
    </div>
  );
}

function PhoneList(props: { readonly title: string; readonly phones: readonly DeviceView[] }) {
  const { title, phones } = props;
  const { t } = useTranslation();
  return (
    <section className="stack-tight">
      <h2 className="heading">{title}</h2>
      <ul className="rows">
        {phones.map(({ deviceId, name, state, leaves }) => (
          <Row
            key={deviceId}
            icon={<Smartphone size={20} strokeWidth={1.75} aria-hidden />}
            title={name}
            second={
              leaves.length === 0
                ? t('phones.noCards')
                : t('phones.cards', { count: leaves.length })
            }
            end={<PhoneTag state={state} />}
            onPress={() => goTo({ screen: 'phone', deviceId })}
          />
        ))}
      </ul>
    </section>
  );
}

/** How a phone stands, in one word. */
export function PhoneTag({ state }: { readonly state: DeviceView['state'] }) {
  const { t } = useTranslation();
  if (state === 'open') return null;
  return (
    <span className="tag tag-zhu">
      {state === 'locked' ? t('phones.locked') : t('phones.wiped')}
    </span>
  );
}
