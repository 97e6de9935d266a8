/** The account: who, how payments are confirmed, how the page looks and sounds, where the phone lies, and the way out. */
import { LogOut, MessageSquare, Moon, QrCode, Smartphone, Store, TrainFront } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../../kit/here.ts';
import { Bar, Button, Row } from '../../kit/parts.tsx';
import { openInbox } from '../inbox-open.ts';
import { groupedMobile } from '../mobile.ts';
import { goBack, goHome, goTo } from '../route.ts';
import { useWallet, useWalletState } from '../use-wallet.tsx';
import { useWide } from '../use-wide.ts';
import { Cues, LanguageAndLook } from './account-look.tsx';
import { ElsewhereSheet, NameSheet } from './account-sheets.tsx';

/** The screen. */
export function Account() {
  const { t } = useTranslation();
  const wallet = useWallet();
  return (
    <div className="page stack">
      <Bar title={t('account.title')} back={goBack} backLabel={t('page.back')} />
      <Holder />
      <Place />
      <LanguageAndLook />
      <Cues />
      <div className="stack-tight">
        <Button
          kind="soft"
          onPress={() => {
            wallet.signOut();
            goHome();
          }}
        >
          <LogOut size={20} strokeWidth={1.75} aria-hidden />
          {t('account.signOut')}
        </Button>
        <p className="small third">{t('account.signOutText')}</p>
      </div>
    </div>
  );
}

function Holder() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { session, device, confirm } = useWalletState();
  const isWide = useWide();
  const [sheet, setSheet] = useState<'name'>();
  const close = () => setSheet(undefined);
  return (
    <>
      <ul className="rows">
        <Row
          title={t('account.mobile')}
          end={<Quiet text={groupedMobile(session?.mobile ?? '')} />}
        />
        {device !== undefined && (
          <Row
            title={t('account.name')}
            end={<Quiet text={device.name} />}
            onPress={() => setSheet('name')}
          />
        )}
        {confirm?.kind === 'passkey' && (
          <Row title={t('account.confirmBy')} end={<Quiet text={t('account.byPasskey')} />} />
        )}
        {confirm?.kind === 'passcode' && (
          <Row
            title={t('account.confirmBy')}
            end={<Quiet text={t('account.byPasscode')} />}
            onPress={() => void wallet.element.passcode('change')}
          />
        )}
      </ul>
      <ul className="rows">
        <Row
          icon={<Smartphone size={20} strokeWidth={1.75} aria-hidden />}
          title={t('account.phones')}
          second={t('account.phonesText')}
          onPress={() => goTo({ screen: 'phones' })}
        />
        {!isWide && (
          <Row
            icon={<MessageSquare size={20} strokeWidth={1.75} aria-hidden />}
            title={t('account.messages')}
            onPress={() => openInbox(true)}
          />
        )}
      </ul>
      {sheet === 'name' && device !== undefined && <NameSheet name={device.name} onClose={close} />}
    </>
  );
}

function Place() {
  const { t } = useTranslation();
  const wallet = useWallet();
  const { air } = useWalletState();
  const [isMoving, setMoving] = useState(false);
  return (
    <section className="stack-tight">
      <h2 className="heading">{t('account.place')}</h2>
      <ul className="rows">
        <Row
          icon={<Store size={20} strokeWidth={1.75} aria-hidden />}
          title={t('account.openTerminal')}
          second={t('account.openTerminalText')}
          href={`${siteOrigin('terminal')}/#air=${air}`}
        />
        <Row
          icon={<TrainFront size={20} strokeWidth={1.75} aria-hidden />}
          title={t('account.openGate')}
          second={t('account.openGateText')}
          href={`${siteOrigin('gate')}/#air=${air}`}
        />
        <Row
          icon={<QrCode size={20} strokeWidth={1.75} aria-hidden />}
          title={t('account.elsewhere')}
          onPress={() => setMoving(true)}
        />
        <Row
          icon={<Moon size={20} strokeWidth={1.75} aria-hidden />}
          title={t('glass.lock')}
          second={t('glass.lockText')}
          onPress={wallet.lockScreen}
        />
      </ul>
      {isMoving && <ElsewhereSheet onClose={() => setMoving(false)} />}
    </section>
  );
}

function Quiet({ text }: { readonly text: string }) {
  return <span className="second tabular">{text}</span>;
}
