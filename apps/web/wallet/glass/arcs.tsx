/** The arcs of a field that the phone has entered, from its top edge. */

/** Radii about a point above the top edge, in pixels: wide while waiting, tight while reading. */
const WIDE = [111, 161, 215, 274] as const;
const TIGHT = [98, 122, 146, 170, 194] as const;

/** The arcs. */
export function Arcs({ isTight }: { readonly isTight: boolean }) {
  return (
    <div className="glass-field" aria-hidden="true">
      <svg viewBox="0 0 390 320" preserveAspectRatio="xMidYMin meet" aria-hidden="true">
        {(isTight ? TIGHT : WIDE).map((radius, nth) => (
          <circle
            key={radius}
            cx={195}
            cy={-48}
            r={radius}
            strokeWidth={isTight ? 3.5 : 2}
            opacity={isTight ? 1 - 0.1 * nth : 1 - 0.24 * nth}
          />
        ))}
      </svg>
    </div>
  );
}
