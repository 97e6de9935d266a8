/** The bits of a flag object: eight small cells for each byte, and under them what the set ones say. */
import type { Span } from '@octavo/lib/journey/span.ts';
import { useTranslation } from 'react-i18next';
import { useSay } from './say.ts';

const BITS = [8, 7, 6, 5, 4, 3, 2, 1] as const;

/** All bytes of a flag object. */
export function Bits({ span }: { readonly span: Span }) {
  const { t } = useTranslation();
  const say = useSay();
  const bytes = (span.value.match(/../g) ?? []).map((byte, at) => ({ byte, number: at + 1 }));
  return (
    <div className="bits">
      {bytes.map(({ byte, number }) => (
        <div key={number} className="bits-byte">
          <span className="bits-name">{t('explain.byteNumber', { number })}</span>
          <span className="bits-cells mono" role="img" aria-label={cellsOf(byte)}>
            {BITS.map((bit) => (
              <span key={bit} className="bit" data-set={isSet(byte, bit)} aria-hidden>
                {isSet(byte, bit) ? 1 : 0}
              </span>
            ))}
          </span>
          <ul className="bits-said">
            {span.bits
              .filter((one) => one.byte === number)
              .map(({ bits, words }) => (
                <li key={bits}>
                  <span className="mono third">{bits}</span> {say(words)}
                </li>
              ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function isSet(byte: string, bit: number): boolean {
  return ((Number.parseInt(byte, 16) >> (bit - 1)) & 1) === 1;
}

function cellsOf(byte: string): string {
  return BITS.map((bit) => (isSet(byte, bit) ? '1' : '0')).join('');
}
