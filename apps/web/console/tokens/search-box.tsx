/** One field for all that a token can be found by; what was meant is read from what was typed. */
import { Search } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/** The field. `said` stands at its right: what was understood and how many were found. */
export function SearchBox({
  value,
  onChange,
  onSubmit,
  said,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onSubmit?: (() => void) | undefined;
  readonly said?: string | undefined;
}) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useSlash(field);
  return (
    <search className="tokens-search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <Search size={18} strokeWidth={1.75} aria-hidden />
        <input
          ref={field}
          type="search"
          className="tokens-search-field"
          aria-label={t('tokens.search')}
          aria-describedby={id}
          placeholder={t('tokens.searchHint')}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        <span id={id} className="caption third" role="status">
          {said}
        </span>
      </form>
    </search>
  );
}

/** The key `/` goes to the field, unless somebody is typing. */
function useSlash(field: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      if (event.target instanceof HTMLTextAreaElement) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [field]);
}
