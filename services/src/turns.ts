/** Acts that wait for each other. */

/** Runs one act after the other. */
export type InTurn = <T>(act: () => Promise<T>) => Promise<T>;

/** A queue of one: each act begins when the one before has ended, well or badly. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act);
    last = turn.catch(() => undefined);
    return turn;
  };
}
