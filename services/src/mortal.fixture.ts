/** For tests of what survives a crash: a service's ports that die at one of its calls. */
import type { CommonPorts, Dial, Link } from '@octavo/domain/ports.ts';

/** What is left of a life: how many port calls it may still make. */
export type Life = { left: number; ended: boolean };

/** Wraps a service's ports. What a life asks for when it has ended never comes. */
export type Mortal = {
  call<T>(act: () => Promise<T>): Promise<T>;
  /** Clock, storage and keys. */
  ports<Ports extends CommonPorts & { readonly keys: object }>(ports: Ports): Ports;
  dial(dial: Dial): Dial;
};

/**
 * A life that ends at a call, before it is done. To end after one call is to end before the next: only what the life
 * knows is between them, and that is lost with it.
 */
export function mortal(life: Life): Mortal {
  const forever = new Promise<never>(() => {});
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    if (life.ended) return forever;
    life.ended = --life.left < 0;
    return life.ended ? forever : act();
  };
  const wrapped = <Port extends object>(port: Port): Port =>
    Object.fromEntries(
      Object.entries(port).map(([name, act]) => [
        name,
        (...values: unknown[]) => call(() => act(...values)),
      ]),
    ) as Port;
  const wrappedLink = (link: Link): Link => ({
    frames: link.frames,
    send: (frame) => call(() => link.send(frame)),
    close: () => link.close(),
  });
  return {
    call,
    ports: (ports) => ({
      ...ports,
      clock: {
        nowMs: ports.clock.nowMs,
        sleep: (ms, signal) => (life.ended ? forever : ports.clock.sleep(ms, signal)),
      },
      sql: (text, values) => call(() => ports.sql(text, values)),
      keys: wrapped(ports.keys),
    }),
    dial: (dial) => async () => wrappedLink(await call(dial)),
  };
}
