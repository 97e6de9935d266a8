/** A code such as `issuer.insufficient_funds` within a narrow column. */
import { Fragment } from 'react';

/** The text, which may break behind a dot or a low line before it breaks anywhere else. */
export function CodeText({ text }: { readonly text: string }) {
  const parts = text.split(/(?<=[a-z][._])(?=[a-z])/);
  return parts.map((part, at) => (
    // The same part may stand twice, and the text never changes.
    <Fragment key={parts.slice(0, at + 1).join('')}>
      {at === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}
