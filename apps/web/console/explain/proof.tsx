/** How the proof was made: what was sealed, in order, the keys from the issuer's down, and what came of it. */

import { revealHex } from '@octavo/lib/bytes/secret.ts';
import type { Proof, ProofKey } from '@octavo/lib/journey/proof.ts';
import { SAID } from '@octavo/lib/journey/words.ts';
import { ChevronRight, CornerDownRight, Equal, EqualNot, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Links } from './linkage.ts';
import { useSay } from './say.ts';

/** The pane of the proof. */
export function ProofPane({ proof, links }: { readonly proof: Proof; readonly links: Links }) {
  const { t } = useTranslation();
  const say = useSay();
  const { inputs, keys, cryptogram, computed, isPhones } = proof;
  return (
    <section className="c-pane proof" aria-labelledby="proof-title">
      <div className="c-pane-head">
        <h2 id="proof-title" className="c-heading">
          {t('explain.proof')}
        </h2>
        <span className="c-pane-end small">{t('explain.version', { version: proof.version })}</span>
      </div>
      <ol className="proof-inputs" aria-label={t('explain.sealedInOrder')}>
        {inputs.map((input) => (
          <li key={input.tag}>
            <button
              type="button"
              className={`chip chip-${input.meaning} mono`}
              data-links={links.ofProof(input.tag).join(' ')}
              title={`${input.tag} ${say(input.name)}`}
            >
              <span className="unseen">{`${input.tag} ${say(input.name)}: `}</span>
              {input.hex}
            </button>
          </li>
        ))}
      </ol>
      <div className="proof-block small third">
        <span>
          {t('explain.padded', { count: proof.inputBytes, padding: pairs(proof.padding) })}
        </span>
        <details>
          <summary>{t('explain.block')}</summary>
          <code className="mono">{proof.block.match(/.{16}/g)?.map(pairs).join('\n')}</code>
        </details>
      </div>
      <div className="proof-keys">
        {keys.map((key, at) => (
          <KeyBox key={key.key} of={key} isFirst={at === 0} />
        ))}
      </div>
      <div className="proof-result">
        <CornerDownRight size={18} strokeWidth={1.75} aria-hidden />
        <span>{say(proof.algorithm)}</span>
        <button
          type="button"
          className="chip chip-proof mono"
          data-links={links.ofProof('9F26').join(' ')}
        >
          <span className="unseen">9F26 </span>
          {pairs(computed ?? cryptogram)}
        </button>
        <Phones isPhones={isPhones} />
      </div>
      <p className="small third">
        {t(computed === undefined ? 'explain.keysStay' : 'explain.keysPublished')}
      </p>
    </section>
  );
}

function Phones({ isPhones }: { readonly isPhones: boolean | undefined }) {
  const say = useSay();
  if (isPhones === undefined) return null;
  return isPhones ? (
    <span className="tag tag-qing proof-says">
      <Equal size={14} strokeWidth={2.4} aria-hidden />
      {say(SAID.phonesOwn)}
    </span>
  ) : (
    <span className="tag tag-zhu proof-says">
      <EqualNot size={14} strokeWidth={2.4} aria-hidden />
      {say(SAID.notPhones)}
    </span>
  );
}

/** A key: what it is called, what made it this one, and its bytes while it is held down, where they are published. */
function KeyBox({ of, isFirst }: { readonly of: ProofKey; readonly isFirst: boolean }) {
  const { t } = useTranslation();
  const say = useSay();
  const [isHeld, setHeld] = useState(false);
  const { title, diversifiedBy, words, checkValue, bytes } = of;
  const inner = (
    <>
      <KeyRound size={18} strokeWidth={1.75} aria-hidden />
      <span className="proof-key-name">{say(title)}</span>
      <span className="proof-key-by mono">
        {isHeld && bytes !== undefined ? pairs(revealHex(bytes)) : say(diversifiedBy)}
      </span>
      {checkValue === undefined ? null : (
        <span className="proof-key-by mono">KCV {checkValue}</span>
      )}
    </>
  );
  return (
    <>
      {isFirst ? null : (
        <ChevronRight className="proof-then" size={16} strokeWidth={2} aria-hidden />
      )}
      {bytes === undefined ? (
        <div className="proof-key" title={say(words)}>
          {inner}
        </div>
      ) : (
        <button
          type="button"
          className="proof-key"
          title={say(words)}
          onPointerDown={() => setHeld(true)}
          onPointerUp={() => setHeld(false)}
          onPointerLeave={() => setHeld(false)}
          onKeyDown={(event) => {
            if (event.key === ' ' || event.key === 'Enter') setHeld(true);
          }}
          onKeyUp={() => setHeld(false)}
          onBlur={() => setHeld(false)}
        >
          {inner}
          <span className="unseen">{t('explain.holdKey')}</span>
        </button>
      )}
    </>
  );
}

function pairs(hex: string): string {
  return hex.replace(/..(?=.)/g, '$& ');
}
