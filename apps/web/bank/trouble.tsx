/** What is said when the bank refuses or does not answer. */
import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Line } from '../kit/parts.tsx';

/** What is shown may be old: an amber line that goes by itself. */
export function OfflineLine() {
  const { t } = useTranslation();
  return (
    <Line tone="amber" icon={<WifiOff size={18} strokeWidth={1.75} aria-hidden />}>
      {t('trouble.offline')}
    </Line>
  );
}

/** Why an act did not succeed: words, then the code in small. `said` gives better words for this place. */
export function TroubleLine({ code, said }: { readonly code: string; readonly said?: string }) {
  const { t } = useTranslation();
  const others = useRefusalWords(said === undefined ? code : undefined);
  const words: Readonly<Record<string, string>> = {
    offline: t('trouble.offlineAct'),
    'request.too_often': t('trouble.tooOften'),
    'issuer.cards_full': t('open.full'),
    'card.declined': t('trouble.declined'),
    'card.expired': t('trouble.expired'),
    'inbox.taken': t('number.taken'),
  };
  const text = said ?? words[code] ?? others ?? t('trouble.other');
  return (
    <Line tone={code === 'offline' ? 'amber' : 'zhu'}>
      {text}
      {code === 'offline' ? null : <div className="code-trace">{code}</div>}
    </Line>
  );
}

/** The words of the table of refusals, which is loaded only when one is needed. */
function useRefusalWords(code: string | undefined): string | undefined {
  const { i18n } = useTranslation();
  const [words, setWords] = useState<string>();
  useEffect(() => {
    if (code === undefined || code === 'offline') return;
    let isOver = false;
    void import('@octavo/domain/refusal.ts').then(({ isRefusalCode, refusals }) => {
      if (isOver || !isRefusalCode(code)) return;
      setWords(refusals[code][i18n.language === 'zh-CN' ? 'zh' : 'en']);
    });
    return () => {
      isOver = true;
    };
  }, [code, i18n.language]);
  return words;
}
