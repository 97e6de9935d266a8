/** Copying a text: by the clipboard where the browser allows it, else by selecting it for the keyboard. */
import { Check, Copy } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** How a copying went. */
export type Copied = 'no' | 'copied' | 'selected';

/** How long a button says that it has copied. */
const SAID_MS = 2_000;

/** Copy a text that stands in an element. Where the clipboard is closed, what the element shows is selected instead. */
export function useCopy(text: string): {
  readonly shown: RefObject<HTMLSpanElement | null>;
  readonly copied: Copied;
  readonly copy: () => void;
} {
  const shown = useRef<HTMLSpanElement>(null);
  const [copied, setCopied] = useState<Copied>('no');
  useEffect(() => {
    if (copied === 'no') return;
    const timer = setTimeout(() => setCopied('no'), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    const select = () => {
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current);
      setCopied('selected');
    };
    // At an address that is not secure there is no clipboard.
    const clipboard: Clipboard | undefined = navigator.clipboard;
    if (clipboard === undefined) return select();
    clipboard.writeText(text).then(() => setCopied('copied'), select);
  };
  return { shown, copied, copy };
}

/** The button that copies, and says so. */
export function CopyButton({
  label,
  copied,
  onPress,
}: {
  readonly label: string;
  readonly copied: Copied;
  readonly onPress: () => void;
}) {
  const { t } = useTranslation();
  const Icon = copied === 'copied' ? Check : Copy;
  const said = copied === 'copied' ? t('copy.copied') : label;
  return (
    <>
      <button type="button" className="copy-button" aria-label={said} onClick={onPress}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <span aria-hidden>{copied === 'copied' ? said : t('copy.copy')}</span>
      </button>
      <span className="unseen" role="status">
        {copied === 'copied' ? t('copy.copied') : null}
        {copied === 'selected' ? t('copy.selected') : null}
      </span>
    </>
  );
}
