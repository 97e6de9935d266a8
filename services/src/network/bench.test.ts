/**
 * The bench the network is tested on: a played token service behind its contract, a played issuer and acquirers at the
 * ends of links, a clock that moves when told, and a power switch that stops the network at any port call.
 */
import type { MessageFields } from '@octavo/domain/message.ts';
import type { Link, Sql } from '@octavo/domain/ports.ts';
import { isCupsMacRight, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { cups } from '@octavo/lib/iso8583/unionpay.ts';
import { type ManualClock, manualClock } from '@octavo/platform/clock.ts';
import { memoryLink } from '@octavo/platform/link.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { showKey } from '../caller.ts';
import { lentDatabase } from '../database.fixture.ts';
import { type Client, connectTo } from '../endpoint.ts';
import type { Service } from '../service.ts';
import { status } from './contract.ts';
import {
  ACQUIRER,
  keys,
  letter,
  management,
  playIssuer,
  playTokens,
  type Seen,
} from './played.test.ts';
import { createNetwork } from './service.ts';

/** 22 November 2026, 16:30:00 local time, as the worked message of the ISO 8583 sheet, section 14. */
export const START_MS = Date.UTC(2026, 10, 22, 8, 30, 0);

/** One database for a test file. */
export function openNetworkDatabase() {
  return lentDatabase('network');
}

/** What happened at one end of an acquirer's link. */
export type AcquirerEnd = {
  readonly link: Link;
  readonly seen: Seen[];
  send(mti: string, fields: MessageFields, source?: string): Promise<void>;
  /** Send and wait for the next answer. */
  ask(mti: string, fields: MessageFields): Promise<Seen>;
  close(): void;
};

/** Stops a network dead at its n-th port call, before it happens: what the call before it brought is lost too. */
export type Power = { at: number };

/** The bench. */
export type Bench = Awaited<ReturnType<typeof createBench>>;

/** Lay a bench on a database. The network is running, and signed on at the issuer, unless told otherwise. */
export async function createBench(sql: Sql, power?: Power) {
  const clock = manualClock(START_MS);
  const busy = { count: 0 };
  const trace: { readonly type: string; readonly detail: Record<string, unknown> }[] = [];
  const tokens = playTokens(clock);
  const issuer = playIssuer();
  const quiet = () => quietDown(busy);
  const lives: Life[] = [];

  function start(cut?: Power): Life {
    const life = createLife({ clock, sql, busy, tokens, issuer, trace, cut });
    lives.push(life);
    return life;
  }
  async function pass(durationMs: number, stepMs = 1_000): Promise<void> {
    for (let left = durationMs; left > 0; left -= stepMs) {
      await clock.advance(Math.min(left, stepMs));
      await quiet();
    }
  }
  const bench = {
    clock,
    trace,
    tokens,
    issuer,
    sql,
    quiet,
    pass,
    start,
    life: start(power),
    connect,
  };
  function connect(): AcquirerEnd {
    return connectAcquirer(bench.life, quiet);
  }
  await quiet();
  return {
    ...bench,
    /** Replace the running network by a new one on the same database, as after a crash. */
    async restart(cut?: Power) {
      issuer.dropLines();
      bench.life = start(cut);
      await quiet();
    },
    /** A link whose acquirer has signed on. */
    async signOn(): Promise<AcquirerEnd> {
      const end = connect();
      await end.ask('0820', management('001'));
      end.seen.length = 0;
      return end;
    },
    status: async () => {
      const call = connectTo(bench.life.service.fetch, showKey('operator', OPERATOR), clock);
      return call(status, {});
    },
    get portCalls() {
      return bench.life.calls.count;
    },
    /** Stop the network; resolves when it has ended. */
    stopped() {
      bench.life.stop();
      return bench.life.ended;
    },
    async end() {
      for (const life of lives) life.stop();
      issuer.dropLines();
      await quiet();
    },
  };
}

const OPERATOR = '0123456789abcdef0123456789abcdef';

type Life = {
  readonly service: Service;
  readonly calls: { count: number; dead: boolean };
  readonly ended: Promise<void>;
  stop(): void;
};

function createLife(world: {
  clock: ManualClock;
  sql: Sql;
  busy: { count: number };
  tokens: ReturnType<typeof playTokens>;
  issuer: ReturnType<typeof playIssuer>;
  trace: { type: string; detail: Record<string, unknown> }[];
  cut: Power | undefined;
}): Life {
  const { clock, busy, tokens, issuer, trace, cut } = world;
  const calls = { count: 0, dead: false };
  const never = () => new Promise<never>(() => {});
  const doneWith = () => {
    busy.count--;
  };
  /** Every port call goes through here: counted, and cut off where the power goes. */
  const port = <Args extends readonly unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
    waits = false,
  ) => {
    return async (...args: Args): Promise<Result> => {
      if (calls.dead) return never();
      const mine = ++calls.count;
      calls.dead = cut?.at === mine;
      if (calls.dead) return never();
      const work = call(...args);
      if (!waits) {
        busy.count++;
        await work.then(doneWith, doneWith);
      }
      const result = await work;
      return calls.dead ? never() : result;
    };
  };
  const cutLink = (link: Link): Link => ({ ...link, send: port(link.send), frames: link.frames });
  const stopper = new AbortController();
  const service = createNetwork({
    clock: {
      nowMs: clock.nowMs,
      sleep: async (durationMs, signal) => {
        await clock.sleep(durationMs, signal);
        if (calls.dead) await never();
      },
    },
    random: systemRandom,
    sql: port(world.sql),
    trace: (type, detail) => void trace.push({ type, detail: { ...detail } }),
    keys: {
      sign: port(keys.network.sign),
      messageMac: port(keys.network.messageMac),
      lookupHash: port(keys.network.lookupHash),
      vaultSeal: port(keys.network.vaultSeal),
      vaultOpen: port(keys.network.vaultOpen),
    },
    gate: async () => ({ party: 'operator' }),
    tokens: port(tokens.client as (...args: never[]) => Promise<unknown>, true) as Client,
    dialIssuer: port(async () => cutLink(issuer.dial())),
  });
  const ended = service.run(stopper.signal);
  return { service, calls, ended, stop: () => stopper.abort() };
}

/** Let everything run until nobody waits for a port but the clock. */
async function quietDown(busy: { count: number }): Promise<void> {
  for (let still = 0; still < 6; ) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    still = busy.count === 0 ? still + 1 : 0;
  }
}

function connectAcquirer(life: Life, quiet: () => Promise<void>): AcquirerEnd {
  const [far, link] = memoryLink();
  life.service.accept?.({
    ...far,
    send: async (frame) => (life.calls.dead ? new Promise(() => {}) : far.send(frame)),
  });
  const seen: Seen[] = [];
  const mac = (input: Uint8Array) => keys.acquirer.messageMac('network', input);
  void (async () => {
    for await (const frame of link.frames) {
      const message = cups.decode(frame);
      if (!(await isCupsMacRight(message, mac))) throw new Error('a wrong MAC to the acquirer');
      seen.push({ mti: message.mti, fields: message.fields as MessageFields });
    }
  })();
  const send = async (mti: string, fields: MessageFields, source = ACQUIRER) => {
    await link.send(await sealCups(letter(source, mti, fields), mac));
  };
  return {
    link,
    seen,
    send,
    async ask(mti, fields) {
      const before = seen.length;
      await send(mti, fields);
      await quiet();
      const answer = seen[before];
      if (answer === undefined) throw new Error(`no answer to ${mti}`);
      return answer;
    },
    close: () => link.close(),
  };
}
