/** Waits that can be cut short, as those between two looks at the services. */

/** Cuts a wait short. */
export type Waker = {
  /** End the wait; when nobody waits just now, the next wait ends at once, so that nothing is overslept. */
  wake(): void;
  /** Wait this long, unless somebody wakes or it is over. One wait at a time. */
  pause(durationMs: number, signal: AbortSignal): Promise<void>;
};

/** Open a waker that nobody has called yet. */
export function openWaker(): Waker {
  let isCalled = false;
  let rouse = () => {};
  return {
    wake: () => {
      isCalled = true;
      rouse();
    },
    pause: async (durationMs, signal) => {
      if (!isCalled && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, durationMs);
          rouse = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener('abort', rouse);
        });
        signal.removeEventListener('abort', rouse);
      }
      isCalled = false;
    },
  };
}
