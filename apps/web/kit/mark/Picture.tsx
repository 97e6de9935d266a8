/** A small drawing of ours on a page: either named, or left out of what is read aloud. */
import type { ReactNode } from 'react';
import type { PictureBox } from './leaves.ts';

/** How a drawing is shown. */
export type PictureProps = {
  /** Its height in CSS pixels. */
  readonly size?: number;
  /** What it is called; without it, it is not read aloud. */
  readonly label?: string | undefined;
};

/** An SVG element of a height, as wide as its room asks for. */
export function Picture(props: {
  readonly box: PictureBox;
  readonly className: string;
  readonly size: number;
  readonly label: string | undefined;
  readonly children: ReactNode;
}) {
  const { box, className, size, label, children } = props;
  const frame = {
    className,
    viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`,
    height: size,
    width: (size * box.width) / box.height,
  };
  return label === undefined ? (
    <svg {...frame} aria-hidden="true" focusable={false}>
      {children}
    </svg>
  ) : (
    <svg {...frame} role="img" aria-label={label} focusable={false}>
      {children}
    </svg>
  );
}
