/** What a gate's page keeps in this browser: the name of its field, and where it stands. */
import { type GatePlace, isPlace } from './place.ts';

const AIR = 'octavo.gate.air';
const PLACE = 'octavo.gate.place';

/** The name of this reader's field: the one an address names, or the one it had, or a new one that nobody guesses. */
export function nameOfField(): string {
  const named = /^#air=([0-9a-f]{32})$/.exec(location.hash)?.[1];
  if (named !== undefined) history.replaceState(null, '', location.pathname + location.search);
  const air = named ?? localStorage.getItem(AIR) ?? freshName();
  localStorage.setItem(AIR, air);
  return air;
}

/** Where the gate of this window stood last, or else the last gate of this browser. */
export function keptPlace(): GatePlace | undefined {
  const text = sessionStorage.getItem(PLACE) ?? localStorage.getItem(PLACE);
  const kept: unknown = text === null ? undefined : JSON.parse(text);
  return isPlace(kept) ? kept : undefined;
}

/** Keep where it stands. Two windows may be two gates. */
export function keepPlace(place: GatePlace): void {
  const text = JSON.stringify(place);
  sessionStorage.setItem(PLACE, text);
  localStorage.setItem(PLACE, text);
}

function freshName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
