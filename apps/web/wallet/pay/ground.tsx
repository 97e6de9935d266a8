/** What lies under a payment: the listening field with its arcs, the flood that says paid, the paper that says not. */
import type { Underway } from './pay-moment.tsx';

/** Radii of the arcs about a point above the top edge, in pixels: wide while waiting, tight while reading. */
const WIDE = [111, 161, 215, 274] as const;
const TIGHT = [98, 122, 146, 170, 194] as const;

/** The ground of a step. */
export function Ground({ step }: { readonly step: Underway['step'] }) {
  const isPaper = step === 'declined';
  const isFlood = step === 'paid';
  return (
    <div className="pay-ground" aria-hidden="true">
      <div className="pay-glow" />
      <svg
        aria-hidden="true"
        className="pay-arcs"
        viewBox="0 0 390 320"
        preserveAspectRatio="xMidYMin meet"
      >
        <g className="pay-arcs-wide">
          {WIDE.map((radius) => (
            <circle key={radius} cx={195} cy={-48} r={radius} />
          ))}
        </g>
        <g className="pay-arcs-tight">
          {TIGHT.map((radius) => (
            <circle key={radius} cx={195} cy={-48} r={radius} />
          ))}
        </g>
      </svg>
      {isFlood && <div className="pay-flood" />}
      {isPaper && <div className="pay-paper" />}
    </div>
  );
}
