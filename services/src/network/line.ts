/**
 * The network's line to the issuer: dialled, signed on, watched by echoes, and dialled again when it drops.
 * @see docs/specs.md, ISO 8583 sheet, section 9
 */
import { institutions } from '@octavo/domain/demo.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import { ISSUER_TIMEOUT_MS } from '@octavo/domain/network.ts';
import { management, managementFields } from '@octavo/domain/network-admission.ts';
import {
  type CancelSignal,
  type Clock,
  type Dial,
  type InstantMs,
  type Link,
  StorageUnavailable,
} from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import type { CupsMessage } from '@octavo/lib/iso8583/unionpay.ts';
import { type Bell, createBell, repeatedly } from '../bell.ts';
import { dialOnce, IDLE_MS, MOST_MISSES } from '../dial.ts';
import { within } from '../endpoint.ts';
import { echo, fromNetwork } from './legs.ts';
import type { Post } from './post.ts';

/** The line to the issuer. */
export type IssuerLine = {
  /** Whether the issuer is connected and signed on. */
  readonly isUp: () => boolean;
  readonly lastEchoAtMs: () => InstantMs | undefined;
  /**
   * Send a message: `no_line` means that nothing was sent, `lost` that the line broke under it, so that it may
   * have arrived.
   */
  send(message: CupsMessage): Promise<Sending>;
  /** Keep the line up until stopped. */
  run(stop: CancelSignal): Promise<void>;
};

/** What became of a message that was to be sent. */
export type Sending = 'sent' | 'no_line' | 'lost';

/** What the line asks of its surroundings. */
export type LinePorts = {
  readonly clock: Clock;
  readonly dial: Dial;
  readonly post: Post;
  /** A trace number (DE11) that this network did not use on that day (MMDD). */
  readonly allot: (day: string) => Promise<string>;
  /** Answers to purchases and reversals, their MAC checked. */
  readonly heard: (mti: string, fields: MessageFields) => Promise<void>;
  readonly cameUp: () => void;
};

const ISSUER = institutions.issuer.code;

/** Make the line; it is dialled once it runs. */
export function createIssuerLine(ports: LinePorts): IssuerLine {
  const { clock, dial, post } = ports;
  let link: Link | undefined;
  let signedOn = false;
  let lastEchoAtMs: InstantMs | undefined;
  let failures = 0;
  const bell = createBell(clock);

  async function send(message: CupsMessage): Promise<Sending> {
    const current = link;
    if (current === undefined) return 'no_line';
    return (await post.send('issuer', current, message)) ? 'sent' : 'lost';
  }

  async function runOnce(stop: CancelSignal): Promise<number> {
    const opened = await dialOnce(dial);
    if (opened === undefined) return pauseMs(++failures);
    if (stop.aborted) {
      opened.close();
      return 0;
    }
    link = opened;
    const watch = createWatch(ports, send);
    const watching = watchOver(watch, opened, () => {
      signedOn = true;
      failures = 0;
      ports.cameUp();
    });
    for await (const frame of opened.frames) {
      void receive(frame, watch);
    }
    watch.stop();
    link = undefined;
    signedOn = false;
    await watching;
    return pauseMs(++failures);
  }

  async function receive(frame: Uint8Array, watch: Watch): Promise<void> {
    const opened = await post.open('issuer', frame);
    if (opened.kind === 'refused') {
      post.refuse(opened.code, opened.fields);
      return;
    }
    const { mti, fields } = opened.message;
    watch.heard(mti, fields);
    if (mti === '0830') {
      lastEchoAtMs = clock.nowMs();
    } else if (mti === '0820') {
      await send(fromNetwork(ISSUER, '0830', { ...echo('0830', fields), 39: '00' }));
    } else {
      await ports.heard(mti, fields);
    }
  }

  return {
    isUp: () => signedOn,
    lastEchoAtMs: () => lastEchoAtMs,
    send,
    run: (stop) => {
      stop.addEventListener('abort', () => link?.close());
      return repeatedly(bell, stop, () => runOnce(stop));
    },
  };
}

/** Signs one connection on and listens to it. */
type Watch = {
  /** Sign on, then send echoes; ends when stopped, or closes the link after too many misses. */
  run(signedOn: () => void): Promise<void>;
  heard(mti: string, fields: MessageFields): void;
  stop(): void;
};

function createWatch(
  { clock, allot }: LinePorts,
  send: (message: CupsMessage) => Promise<Sending>,
): Watch {
  const bell: Bell = createBell(clock);
  let stopped = false;
  let lastSignMs = clock.nowMs();
  let misses = 0;
  let answerSignOn: ((responseCode: string) => void) | undefined;
  const ask = async (code: '001' | '301'): Promise<void> => {
    const { transmission, date } = localTime(clock.nowMs());
    const own = { transmission, traceNumber: await allot(date) };
    const fields = managementFields(code, own, institutions.network.code, ISSUER);
    await send(fromNetwork(ISSUER, '0820', fields));
  };
  async function signOn(): Promise<boolean> {
    const answered = new Promise<string>((resolve) => {
      answerSignOn = resolve;
    });
    await ask(management.signOn);
    return (await within(clock, ISSUER_TIMEOUT_MS, () => answered)) === '00';
  }
  async function watchIdle(): Promise<void> {
    while (!stopped) {
      const restMs = lastSignMs + IDLE_MS - clock.nowMs();
      if (restMs > 0) {
        await bell.wait(restMs);
      } else if (misses === MOST_MISSES) {
        return;
      } else {
        lastSignMs = clock.nowMs();
        misses += 1;
        await ask(management.echo);
      }
    }
  }
  return {
    async run(signedOn) {
      if ((await signOn()) && !stopped) {
        signedOn();
        await watchIdle();
      }
    },
    heard(mti, fields) {
      lastSignMs = clock.nowMs();
      misses = 0;
      if (mti !== '0830' || fields['70'] !== management.signOn) return;
      answerSignOn?.(fields['39'] ?? '');
    },
    stop() {
      stopped = true;
      answerSignOn?.('');
      bell.wake();
    },
  };
}

/** Watch to the end; whatever ended it, a line that nobody watches is closed. */
async function watchOver(watch: Watch, link: Link, signedOn: () => void): Promise<void> {
  try {
    await watch.run(signedOn);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
  } finally {
    link.close();
  }
}

/** One second, doubling to one minute. */
function pauseMs(failures: number): number {
  return Math.min(1_000 * 2 ** Math.min(failures - 1, 10), 60_000);
}
