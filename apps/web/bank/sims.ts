/**
 * The mobile numbers that this browser claimed, each with its secret, as SIM cards lie in a phone. They are kept on the
 * bank's own origin, so that the frame in the wallet's page and the app have the same ones.
 */
import { claim, type Sim, troubleOf } from './api.ts';

const KEPT = 'octavo.bank.sims';
const CURRENT = 'octavo.bank.current';

/** The claimed numbers, in the order in which they were claimed. */
export function keptSims(): readonly Sim[] {
  return JSON.parse(localStorage.getItem(KEPT) ?? '[]') as Sim[];
}

/** The number that was used last. */
export function currentMobile(): string | undefined {
  return localStorage.getItem(CURRENT) ?? undefined;
}

/** Use a number from now on, or none. */
export function keepCurrent(mobile: string | undefined): void {
  if (mobile === undefined) localStorage.removeItem(CURRENT);
  else localStorage.setItem(CURRENT, mobile);
}

/** Forget a secret that opens nothing any more. A newer one for the same number stays. */
export function forgetSim(sim: Sim): void {
  keep(keptSims().filter(({ mobile, secret }) => mobile !== sim.mobile || secret !== sim.secret));
}

/**
 * The SIM of a number: the one that is kept, or one that is claimed now. Throws `Refused` with `inbox.taken` when
 * another browser has it, or `ConnectionLost`. Frame and app may ask at the same moment; one claims, both have it.
 */
export function openSim(mobile: string): Promise<Sim> {
  return oneAtATime(async () => {
    const before = keptSims().find((sim) => sim.mobile === mobile);
    if (before !== undefined) return before;
    const { secret } = await claim(mobile);
    const sim = { mobile, secret };
    keep([...keptSims(), sim]);
    return sim;
  });
}

/** Tries at finding a demo number that nobody has. */
const MOST_TRIES = 5;

/** Claim a number that is made up. Throws as `openSim` does. */
export async function openDemoSim(): Promise<Sim> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openSim(drawMobile());
    } catch (error) {
      if (troubleOf(error) !== 'inbox.taken' || tries === MOST_TRIES) throw error;
    }
  }
}

/** A mobile number by chance, among the 199 ones. */
function drawMobile(): string {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `199${String(drawn % 100_000_000).padStart(8, '0')}`;
}

function keep(sims: readonly Sim[]): void {
  localStorage.setItem(KEPT, JSON.stringify(sims));
}

/** Across the pages of this origin where the browser can, which it can at every secure address. */
async function oneAtATime(act: () => Promise<Sim>): Promise<Sim> {
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) return act();
  return (await locks.request(KEPT, act)) as Sim;
}
