/** The bar over every screen of the till, and its four lights. */
import { Settings2, Store } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../kit/parts.tsx';
import type { TillParts } from './Till.tsx';

/** Shop, terminal and settings; below them as many of the four lights as are lit. */
export function TillBar({ parts, lit }: { readonly parts: TillParts; readonly lit: number }) {
  const { t } = useTranslation();
  const { shop } = parts.api;
  return (
    <>
      <header className="till-bar">
        <Store size={20} strokeWidth={1.75} aria-hidden />
        <h1 className="heading">{shop.merchant.name}</h1>
        <span className="mono small till-id">{shop.terminalId}</span>
        <IconButton label={t('settings')} onPress={() => parts.show({ kind: 'settings' })}>
          <Settings2 size={20} strokeWidth={1.75} aria-hidden />
        </IconButton>
      </header>
      <div className="lights" aria-hidden="true" data-lit={lit}>
        {[1, 2, 3, 4].map((light) => (
          <span key={light} data-on={light <= lit || undefined} />
        ))}
      </div>
    </>
  );
}
