/** The bank's app: a number, its cards and their books, what phones ask, and the messages. */
import { Landmark, SlidersHorizontal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../kit/parts.tsx';
import type { Sim } from './api.ts';
import { HolderDesk } from './holder-desk.tsx';
import { NumberForm } from './number-form.tsx';
import { SettingsSheet } from './settings-sheet.tsx';
import { currentMobile, keepCurrent, keptSims } from './sims.ts';
import { mobileText } from './text.ts';
import { OfflineLine, TroubleLine } from './trouble.tsx';
import { useSim } from './use-sim.ts';

/** The page. */
export function BankApp() {
  const [mobile, setMobile] = useState(() => currentMobile() ?? keptSims()[0]?.mobile);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const { found, lose } = useSim(mobile);
  const main = useRef<HTMLElement>(null);
  const choose = (sim: Sim) => {
    keepCurrent(sim.mobile);
    setMobile(sim.mobile);
    setSheetOpen(false);
    // The button that was pressed is gone.
    main.current?.focus();
  };
  useEffect(() => {
    if (found.kind === 'closed' && found.why === 'inbox.taken') keepCurrent(undefined);
  }, [found]);
  return (
    <div className="bank">
      <BankBar
        mobile={found.kind === 'open' ? found.sim.mobile : undefined}
        onSettings={() => setSheetOpen(true)}
      />
      <main ref={main} tabIndex={-1}>
        {found.kind === 'none' ? <Welcome onChosen={choose} /> : null}
        {found.kind === 'closed' && found.why === 'offline' ? <OfflineLine /> : null}
        {found.kind === 'closed' && found.why !== 'offline' ? (
          <div className="stack">
            <TroubleLine code={found.why} />
            <Welcome onChosen={choose} />
          </div>
        ) : null}
        {found.kind === 'open' ? (
          <HolderDesk key={found.sim.mobile} sim={found.sim} onClosed={lose} />
        ) : null}
      </main>
      {isSheetOpen ? (
        <SettingsSheet mobile={mobile} onChosen={choose} onClose={() => setSheetOpen(false)} />
      ) : null}
    </div>
  );
}

/** The bank's name in type, and whose number this is. */
function BankBar({
  mobile,
  onSettings,
}: {
  readonly mobile: string | undefined;
  readonly onSettings: () => void;
}) {
  const { t } = useTranslation();
  return (
    <header className="bank-bar">
      <Landmark size={24} strokeWidth={1.75} aria-hidden />
      <h1 className="bank-name">
        {t('bank.name')} <span className="bank-other">{t('bank.otherName')}</span>
      </h1>
      <span className="tag bank-demo">{t('bank.demo')}</span>
      {mobile === undefined ? null : (
        <span className="small second tabular bank-mobile">{mobileText(mobile)}</span>
      )}
      <IconButton label={t('bank.settings')} onPress={onSettings}>
        <SlidersHorizontal size={22} strokeWidth={1.75} aria-hidden />
      </IconButton>
    </header>
  );
}

/** The first visit. */
function Welcome({ onChosen }: { readonly onChosen: (sim: Sim) => void }) {
  const { t } = useTranslation();
  return (
    <section className="welcome">
      <div className="stack-tight">
        <h2 className="display">{t('number.title')}</h2>
        <p className="second">{t('number.text')}</p>
      </div>
      <NumberForm onChosen={onChosen} />
    </section>
  );
}
