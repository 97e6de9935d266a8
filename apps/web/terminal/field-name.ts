/** The name of this reader's field in the air. */
import { keep, kept } from './keep.ts';

/** The name of this reader's field: the one an address names, or the one it had, or a new one that nobody guesses. */
export function nameOfField(): string {
  const named = /^#air=([0-9a-f]{32})$/.exec(location.hash)?.[1];
  if (named !== undefined) history.replaceState(null, '', location.pathname + location.search);
  const air = named ?? kept('air') ?? freshName();
  keep('air', air);
  return air;
}

function freshName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
