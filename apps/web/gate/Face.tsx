/** The gate's face: two leaves that swing, and what it says to whoever stands before it, in both languages at once. */
import { BusFront, TrainFront, Zap } from 'lucide-react';
import type { ReactNode } from 'react';
import { TapSign } from '../kit/mark/Signs.tsx';
import type { GateView } from './api.ts';
import { type Both, both } from './both.ts';
import { type FaceLook, linkOf } from './face.ts';
import { type GatePlace, nameOf } from './place.ts';

/** The face; the children stand below its foot. */
export function Face({
  look,
  at,
  view,
  children,
}: {
  readonly look: FaceLook;
  readonly at: GatePlace;
  readonly view: GateView | undefined;
  readonly children?: ReactNode;
}) {
  return (
    <div className={`face on-${look.ground}`} data-ground={look.ground}>
      <Head at={at} />
      <Leaves sign={look.sign} />
      <div className="face-words" data-ground={look.ground}>
        <h2>
          <Lines words={look.title} />
        </h2>
        <p>
          <Lines words={look.text} />
        </p>
      </div>
      <Foot look={look} view={view} />
      {children}
    </div>
  );
}

/** Both languages, each in a line of its own. */
function Lines({ words }: { readonly words: Both }) {
  return (
    <>
      <span lang="zh-CN">{words.zh}</span> <span lang="en">{words.en}</span>
    </>
  );
}

function Head({ at }: { readonly at: GatePlace }) {
  const { place, number } = at;
  const Icon = place.station === '' ? BusFront : TrainFront;
  return (
    <header className="face-head">
      <Icon size={22} strokeWidth={1.75} aria-hidden />
      <h1>
        <Lines words={nameOf(place)} />
      </h1>
      <p>
        <Lines words={both((face) => face.way[place.direction])} /> ·{' '}
        {String(number).padStart(2, '0')}
      </p>
    </header>
  );
}

function Leaves({ sign }: { readonly sign: FaceLook['sign'] }) {
  return (
    <div className="leaves" data-sign={sign} aria-hidden="true">
      <span className="leaf leaf-left" />
      <span className="leaf leaf-right" />
      {sign === 'tap' || sign === 'reading' ? <TapSign /> : null}
      {sign === 'bar' ? <span className="leaves-bar" /> : null}
      {sign === 'go' ? (
        <svg className="leaves-arrow" viewBox="0 0 102 144" aria-hidden="true">
          <path d="M51 136V8M8 51L51 8l43 43" />
        </svg>
      ) : null}
    </div>
  );
}

function Foot({
  look: { lastFour, isExpress, code },
  view,
}: {
  readonly look: FaceLook;
  readonly view: GateView | undefined;
}) {
  const link = view === undefined ? undefined : linkOf(view);
  return (
    <div className="face-foot">
      {lastFour === undefined ? null : (
        <p className="face-token tabular">
          {isExpress === true ? <Zap size={18} strokeWidth={1.75} aria-hidden /> : null}
          •• {lastFour}
        </p>
      )}
      {code === undefined ? null : <p className="mono face-code">{code}</p>}
      {link === undefined || (code !== undefined && lastFour !== undefined) ? null : (
        <p className="face-link" data-up={link.isUp}>
          <Lines words={link.words} />
        </p>
      )}
    </div>
  );
}
