/** Lifecycles as tables: state by state, which event leads where. */

/** For each state, the events it answers and the state each leads to. An event that is not there is refused. */
export type Life = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The states of a lifecycle. */
export type StateOf<L extends Life> = keyof L & string;

/** The events that any state of a lifecycle answers. */
export type EventOf<L extends Life> = {
  [State in keyof L]: keyof L[State] & string;
}[keyof L];

/** The state after an event, or undefined when the state does not answer it. */
export function step<L extends Life>(
  life: L,
  state: StateOf<L>,
  event: EventOf<L>,
): StateOf<L> | undefined {
  // Events come from requests: a name that every object has, such as `constructor`, is none.
  const answers = Object.hasOwn(life, state) ? life[state] : undefined;
  if (answers === undefined || !Object.hasOwn(answers, event)) return undefined;
  return answers[event] as StateOf<L>;
}
