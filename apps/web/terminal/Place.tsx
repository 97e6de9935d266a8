/** Where a phone finds this field: its address as a code, a link and a text; and whether one lies here. */

import { Check, Copy, ExternalLink } from 'lucide-react';
import encodeQR from 'qr';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { siteOrigin } from '../kit/here.ts';
import type { SaleState } from './sale.ts';

/** The pane with the code and who is in the field. */
export function PlacePane({ air, state }: { readonly air: string; readonly state: SaleState }) {
  const { t } = useTranslation();
  const address = `${siteOrigin('wallet')}/#air=${air}`;
  return (
    <section className="place">
      <h2 className="heading">{t('place.title')}</h2>
      <p className="second">{t('place.told')}</p>
      <div className="place-body">
        <Code text={address} label={t('place.code')} />
        <div className="place-facts">
          <p className="small second">{t('place.inField')}</p>
          <Presence state={state} />
          <a className="place-link" href={address} target="_blank" rel="noopener">
            <ExternalLink size={16} strokeWidth={1.75} aria-hidden />
            {t('place.open')}
          </a>
          <CopyButton text={address} />
        </div>
      </div>
    </section>
  );
}

/** Whether a phone lies here. */
export function Presence({ state }: { readonly state: SaleState }) {
  const { t } = useTranslation();
  const place = state.kind === 'listening' || state.kind === 'paying' ? state.phone : 'off';
  const words = {
    off: t('place.off'),
    away: t('place.away'),
    nearby: t('place.nearby'),
    near: t('place.near'),
    unknown: t('place.unknown'),
  };
  return (
    <p className="presence" data-place={place}>
      <span className="presence-dot" aria-hidden="true" />
      {words[place]}
    </p>
  );
}

/** A QR code as one path: a run of dark modules is one box. */
function Code({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => drawnCode(text), [text]);
  return (
    <svg
      className="code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

/** Light modules round the code, as the standard wants. */
const QUIET = 4;

function drawnCode(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { border: QUIET });
  const path = rows
    .flatMap((row, y) => runsOf(row).map(({ x, length }) => `M${x} ${y}h${length}v1h${-length}z`))
    .join('');
  return { size: rows.length, path };
}

function runsOf(row: readonly boolean[]): readonly { x: number; length: number }[] {
  const runs: { x: number; length: number }[] = [];
  row.forEach((isDark, x) => {
    const last = runs.at(-1);
    if (!isDark) return;
    if (last !== undefined && last.x + last.length === x) last.length += 1;
    else runs.push({ x, length: 1 });
  });
  return runs;
}

function CopyButton({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  // Where the address is not a secure one, the browser keeps the clipboard to itself.
  if (navigator.clipboard === undefined) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => setIsCopied(true),
      () => setIsCopied(false),
    );
  };
  const Icon = isCopied ? Check : Copy;
  return (
    <button type="button" className="place-link" onClick={copy}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      <span aria-live="polite">{isCopied ? t('place.copied') : t('place.copy')}</span>
    </button>
  );
}
