/** The signs of a payment: our contactless sign, and the discs that say paid and not paid. */
import { discBox, minusPath, tapArcs, tapBox, tapPhone, tapSlit, tickPath } from './leaves.ts';
import { Picture, type PictureProps } from './Picture.tsx';
import './mark.css';

/** Our contactless sign: a phone under three arcs. The phone has the colour of text, the arcs glow. */
export function TapSign({ size = 142, label }: PictureProps) {
  return (
    <Picture box={tapBox} className="tap-sign" size={size} label={label}>
      {tapArcs.map((arc) => (
        <path key={arc.d} className="tap-sign__arc" {...arc} />
      ))}
      <rect className="tap-sign__phone" {...tapPhone} strokeWidth={4} />
      <path className="tap-sign__phone" d={tapSlit} strokeWidth={3.2} />
    </Picture>
  );
}

/** Paid: a white disc on the flood, on which the tick draws itself once. */
export function TickDisc({ size = 72, label }: PictureProps) {
  return (
    <Picture box={discBox} className="disc disc--tick" size={size} label={label}>
      <circle className="disc__ground" cx={36} cy={36} r={36} />
      <path className="disc__sign" d={tickPath} pathLength={1} strokeWidth={5} />
    </Picture>
  );
}

/** Not paid: a zhu minus on its soft ground. */
export function MinusDisc({ size = 72, label }: PictureProps) {
  return (
    <Picture box={discBox} className="disc disc--minus" size={size} label={label}>
      <circle className="disc__ground" cx={36} cy={36} r={36} />
      <path className="disc__sign" d={minusPath} strokeWidth={5} />
    </Picture>
  );
}
