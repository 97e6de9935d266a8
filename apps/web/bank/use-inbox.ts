/** The messages of a number as they come, newest first, and how many of them nobody has seen. */
import { type RefObject, useEffect, useState } from 'react';
import { type Message, messagesAfter, type Sim } from './api.ts';
import { type Asked, useAsked } from './use-asked.ts';

/** How often new messages are asked for. */
const EVERY_MS = 1_500;
const SEEN = 'octavo.bank.seen.';

/** The messages of a SIM, newest first; undefined while they are not read yet. */
export function useInbox(sim: Sim | undefined): Asked<readonly Message[]> {
  const key = sim && `${sim.mobile} ${sim.secret}`;
  return useAsked<readonly Message[]>(key, EVERY_MS, async (before = []) => {
    if (sim === undefined) return before;
    const found = [...(await messagesAfter(sim, before[0]?.sequence ?? 0))];
    // An answer holds the first of those that are left: a long inbox takes several.
    for (let more = found; more.length > 0; ) {
      more = [...(await messagesAfter(sim, found.at(-1)?.sequence ?? 0))];
      found.push(...more);
    }
    return found.length === 0 ? before : [...found.toReversed(), ...before];
  });
}

/**
 * How many messages came since the list was last in view. What was seen last is kept by its sequence number, under a
 * name drawn from the secret's beginning: no mobile number is in it.
 */
export function useUnread(
  sim: Sim | undefined,
  messages: readonly Message[] | undefined,
  list: RefObject<HTMLElement | null>,
): number {
  const name = sim && SEEN + sim.secret.slice(0, 8);
  const isInView = useIsInView(list);
  const [seen, setSeen] = useState<{ name: string; sequence: number }>();
  const newest = messages?.[0]?.sequence ?? 0;
  useEffect(() => {
    if (name === undefined) return;
    const before = Number(localStorage.getItem(name) ?? 0);
    const sequence = isInView ? Math.max(before, newest) : before;
    if (sequence > before) localStorage.setItem(name, String(sequence));
    setSeen({ name, sequence });
  }, [name, isInView, newest]);
  if (messages === undefined || isInView || seen?.name !== name) return 0;
  return messages.filter(({ sequence }) => sequence > (seen?.sequence ?? 0)).length;
}

/** Whether an element is in view, also through the page that holds this one in a frame. */
function useIsInView(list: RefObject<HTMLElement | null>): boolean {
  const [isInView, setIsInView] = useState(false);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = new IntersectionObserver((entries) => {
      setIsInView(entries.at(-1)?.isIntersecting ?? false);
    });
    look.observe(element);
    return () => look.disconnect();
  }, [list]);
  return isInView;
}
