/** What somebody who looks for a token has typed: whole references, or the last four digits of token or card. */

/** A search as the token service takes it. */
export type Wanted =
  | { readonly by: 'reference' | 'accountReference'; readonly text: string }
  | { readonly by: 'tokenLastFour' | 'cardLastFour'; readonly text: string };

/**
 * The searches that a text stands for; four digits may be a token's or a card's. Blanks inside do not count. Undefined
 * when it cannot be found by anything yet.
 */
export function wantedOf(typed: string): readonly Wanted[] | undefined {
  const text = typed.replaceAll(/[\s•.]/g, '').toUpperCase();
  if (/^[0-9A-F]{32}$/.test(text)) return [{ by: 'reference', text }];
  if (/^[0-9A-Z]{29}$/.test(text)) return [{ by: 'accountReference', text }];
  if (/^\d{4}$/.test(text)) {
    return [
      { by: 'tokenLastFour', text },
      { by: 'cardLastFour', text },
    ];
  }
  return undefined;
}
