/** A tap as fares are worked out from it: where, when, which way. Whose it is, the caller knows. */
import type { InstantMs } from '../ports.ts';

/**
 * What a tap at a gate or on a bus says to the fares. Gate and sequence name it: they are the only thing by which
 * the same tap is known again.
 * @see docs/specs.md, transit sheet, sections 2.4 and 5
 */
export type RatedTap = {
  readonly gateId: string;
  /** The gate's own running number; it never goes back, whatever the clock does. */
  readonly sequence: number;
  /** A companion is a further tap of the same credential at the same reader, for somebody who travels along. */
  readonly kind: 'entry' | 'exit' | 'single' | 'companion';
  /** Which way a companion went through a gate line; none on a bus without tap-off. */
  readonly direction?: 'in' | 'out' | 'none' | undefined;
  /** The gate's clock and its measured offset, together. */
  readonly correctedMs: InstantMs;
  /** How far the corrected time may be off, either way. */
  readonly uncertaintyMs: number;
  readonly operator: string;
  /** Empty or absent where there is none, as with line and route. */
  readonly station?: string | undefined;
  readonly line?: string | undefined;
  readonly route?: string | undefined;
  /** What the credential lives on: a phone, a plastic card, a watch. */
  readonly form: string;
  /**
   * The caller knows that this record cannot be relied on: its chain is broken, or another account holds another
   * record under the same name. Such a tap is kept and charged to nobody.
   */
  readonly contested?: boolean | undefined;
};
