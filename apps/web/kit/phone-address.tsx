/** Where a phone finds a reader's field: its address as a code, a link and a text; and whether one lies there. */
import { Check, Copy, ExternalLink } from 'lucide-react';
import encodeQR from 'qr';
import { type ReactNode, useMemo, useState } from 'react';
import { siteOrigin } from './here.ts';
import './phone-address.css';

/** What the parts are called. */
export type AddressWords = {
  /** The code, for whoever does not see it. */
  readonly code: string;
  readonly open: string;
  readonly copy: string;
  readonly copied: string;
};

/** The address of the field that `air` names; the children stand beside the code, over the link. */
export function PhoneAddress({
  air,
  words,
  children,
}: {
  readonly air: string;
  readonly words: AddressWords;
  readonly children: ReactNode;
}) {
  const address = `${siteOrigin('wallet')}/#air=${air}`;
  return (
    <div className="place-body">
      <Code text={address} label={words.code} />
      <div className="place-facts">
        {children}
        <a className="place-link" href={address} target="_blank" rel="noopener">
          <ExternalLink size={16} strokeWidth={1.75} aria-hidden />
          {words.open}
        </a>
        <CopyButton text={address} words={words} />
      </div>
    </div>
  );
}

/** Whether a phone lies in the field; nobody knows while the field itself is lost. */
export function Presence({
  place,
  children,
}: {
  readonly place: 'off' | 'away' | 'nearby' | 'near' | 'unknown';
  readonly children: ReactNode;
}) {
  return (
    <p className="presence" data-place={place}>
      <span className="presence-dot" aria-hidden="true" />
      {children}
    </p>
  );
}

/** A QR code as one path: a run of dark modules is one box. */
function Code({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => drawnCode(text), [text]);
  return (
    <svg
      className="place-code"
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

function CopyButton({ text, words }: { readonly text: string; readonly words: AddressWords }) {
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
      <span aria-live="polite">{isCopied ? words.copied : words.copy}</span>
    </button>
  );
}
