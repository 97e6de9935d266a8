/** Calls of a device's page under a key that the service may forget: the same device is opened again and the call goes on. */
import { ask, Refused } from './ask.ts';

/** Ask a service of one's own device. */
export type KeyedCall = <Answer>(
  path: `/${string}`,
  body: unknown,
  limitMs?: number,
) => Promise<Answer>;

/** Calls under a key. `open` answers a fresh one; `forgotten` is the refusal that says that a key is no longer known. */
export function keyedCall(from: {
  readonly key: string;
  readonly forgotten: string;
  readonly open: () => Promise<string>;
}): KeyedCall {
  let { key } = from;
  return async (path, body, limitMs) => {
    const once = () =>
      ask(path, body, { key: `cashier:${key}`, ...(limitMs === undefined ? {} : { limitMs }) });
    try {
      return (await once()) as never;
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== from.forgotten) throw error;
      key = await from.open();
      return (await once()) as never;
    }
  };
}
