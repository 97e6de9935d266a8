/** How the gate stands and is set up, where it is, and how this page looks and sounds. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import { Line } from '../kit/parts.tsx';
import type { VersionedSettings } from './api.ts';
import type { GateParts } from './OpenGate.tsx';
import { PageSettings } from './PageSettings.tsx';
import { RulesForm } from './RulesForm.tsx';
import { StandPane } from './StandPane.tsx';
import { WhereForm } from './WhereForm.tsx';

/** The settings sheet's inside. */
export function SettingsSheet({
  parts,
  onClose,
}: {
  readonly parts: GateParts;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { api, watched, onMove } = parts;
  const { known, isLost, setKnown } = useSettings(parts);
  return (
    <div className="stack settings">
      <StandPane watched={watched} />
      {isLost ? <Line tone="amber">{t('lost')}</Line> : null}
      {known === undefined ? (
        <div className="wait wait-rows" />
      ) : (
        <RulesForm
          api={api}
          known={known}
          onChanged={(next) => {
            setKnown(next);
            watched.refresh();
          }}
        />
      )}
      <WhereForm
        at={api.at}
        onMove={(at) => {
          onClose();
          onMove(at);
        }}
      />
      <PageSettings />
    </div>
  );
}

/** The settings as they are now, asked for once; while nobody answers, again. */
function useSettings({ api }: GateParts) {
  const [known, setKnown] = useState<VersionedSettings>();
  const [isLost, setIsLost] = useState(false);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const found = await api.settings();
        if (isOver) return;
        setKnown(found);
        setIsLost(false);
      } catch (error) {
        if (!(error instanceof ConnectionLost) && !(error instanceof Refused)) throw error;
        if (isOver) return;
        setIsLost(true);
        timer = setTimeout(look, RETRY_MS);
      }
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [api]);
  return { known, isLost, setKnown };
}

const RETRY_MS = 1_000;
