/**
 * The bench the network is tested on: a played token service behind its contract, a played issuer and acquirers at the
 * ends of links, a clock that moves when told, and a power switch that stops the network at any port call.
 */
import { readFileSync } from 'node:fs';
import { institutions } from '@octavo/domain/demo.ts';
import { type MessageFields, messageKey } from '@octavo/domain/message.ts';
import { type Clock, type Link, LinkDown, type Sql } from '@octavo/domain/ports.ts';
import { type RefusalCode, refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { isCupsMacRight, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';
import { type ManualClock, manualClock } from '../../../platform/src/clock.ts';
import { generateKeyring } from '../../../platform/src/keyring.ts';
import { memoryLink } from '../../../platform/src/link.ts';
import { openDatabase } from '../../../platform/src/postgres.ts';
import { systemRandom } from '../../../platform/src/random.ts';
import { softKeysFor } from '../../../platform/src/softkeys.ts';
import { showKey, unsigned } from '../caller.ts';
import { type Client, connectTo, createEdge } from '../endpoint.ts';
import type { Service } from '../service.ts';
import { original, outcome, verdict } from '../tokens/contract.ts';
import { status } from './contract.ts';
import { createNetwork } from './service.ts';

export const ACQUIRER = institutions.acquirer.code;
export const ISSUER = institutions.issuer.code;
export const NETWORK = institutions.network.code;
export const PAN = '9999020000000010';
export const TOKEN = '9999590100000012';
export const ACCOUNT_REFERENCE = '9999ABCDEFGHIJKLMNOPQRSTUVWXY';
export const TAG_91 = '0102030405060708' + '3030';

/** 22 November 2026, 16:30:00 local time, as the worked message of the ISO 8583 sheet, section 14. */
export const START_MS = Date.UTC(2026, 10, 22, 8, 30, 0);

const keyring = generateKeyring(systemRandom);
const keys = {
  network: softKeysFor('network', keyring, systemRandom),
  issuer: softKeysFor('issuer', keyring, systemRandom),
  acquirer: softKeysFor('acquirer', keyring, systemRandom),
};

/** One database for a test file. */
export async function openNetworkDatabase() {
  const file = new URL('./migrations/001_network.sql', import.meta.url);
  const sql = readFileSync(file, 'utf8');
  return openDatabase({ migrations: [{ service: 'network', name: '001_network.sql', sql }] });
}

/** A purchase request as an acquirer sends it, in the values of the ISO 8583 sheet, section 14. */
export function purchaseFields(changes: MessageFields = {}): MessageFields {
  return {
    2: TOKEN,
    3: '000000',
    4: '000000001250',
    7: '1122163001',
    11: '000123',
    12: '163001',
    13: '1122',
    14: '3012',
    18: '5411',
    19: '156',
    22: '072',
    23: '001',
    25: '00',
    32: ACQUIRER,
    33: ACQUIRER,
    35: `${TOKEN}=301220100000000000`,
    37: '112216000123',
    41: '00000001',
    42: '898110254110001',
    43: 'DEMO SHOP                BEIJING     CHN',
    49: '156',
    55: '9F2608AEBC72404A3A05AF',
    60: '0000060003000000000000020',
    ...changes,
  };
}

/** The acquirer's reversal of a purchase. */
export function reversalFields(
  purchase: MessageFields,
  changes: MessageFields = {},
): MessageFields {
  const { 35: _track, 55: _chip, ...kept } = purchase;
  const padded = (code: string | undefined) => (code ?? '').padStart(11, '0');
  return {
    ...kept,
    7: '1122163101',
    11: '000124',
    39: '98',
    90: `0200${purchase[11]}${purchase[7]}${padded(purchase[32])}${padded(purchase[33])}`,
    ...changes,
  };
}

/** A message as it came, for looking at. */
export type Seen = { readonly mti: string; readonly fields: MessageFields };

/** How the played token service answers. */
export type TokensPlay = {
  code: RefusalCode | undefined;
  /** Calls of that name never come back. */
  silent: Set<'verdict' | 'outcome' | 'original'>;
};

/** How the played issuer answers a 0200; `swallow` posts and says nothing, `lose` never saw it. */
export type IssuerPlay = {
  purchase: 'approve' | 'decline' | 'swallow' | 'lose' | 'hold';
  reversal: 'answer' | 'lose' | 'error';
  signOn: 'answer' | 'ignore';
  echo: 'answer' | 'ignore';
};

/** What happened at one end of an acquirer's link. */
export type AcquirerEnd = {
  readonly link: Link;
  readonly seen: Seen[];
  send(mti: string, fields: MessageFields, source?: string): Promise<void>;
  /** Send and wait for the next answer. */
  ask(mti: string, fields: MessageFields): Promise<Seen>;
  close(): void;
};

/** Stops a network dead at its n-th port call: before the call happens, or after, when its result is lost. */
export type Power = { readonly at: number; readonly side: 'before' | 'after' };

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

/** Elements of a 0820. */
export function management(code: string, changes: MessageFields = {}): MessageFields {
  return { 7: '1122163000', 11: '000001', 33: ACQUIRER, 70: code, 100: NETWORK, ...changes };
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
      if (cut?.at === mine) calls.dead = true;
      if (cut?.at === mine && cut.side === 'before') return never();
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

/** A message from an institution to the network, or from the issuer's end back to it. */
export function letter(source: string, mti: string, fields: MessageFields): CupsMessage {
  const header = {
    flag: '82',
    destination: NETWORK,
    source,
    reserved: '000000',
    batch: '00',
    transactionInformation: '00000000',
    userInformation: '00',
    rejectCode: '00000',
  };
  return { header, mti, fields };
}

function playTokens(clock: Clock) {
  const play: TokensPlay = { code: undefined, silent: new Set() };
  const verdicts: MessageFields[] = [];
  const outcomes: { responseCode: string; code?: string | undefined; reversed: boolean }[] = [];
  const originals: string[] = [];
  const good = new Set<string>();
  const edge = createEdge('tokens', async () => ({ party: 'network' }), clock);
  const hush = async (name: 'verdict' | 'outcome' | 'original') => {
    if (play.silent.has(name)) await new Promise(() => {});
  };
  edge.add(verdict, async ({ mti, fields }) => {
    await hush('verdict');
    verdicts.push(fields);
    const stored = good.has(messageKey(mti, fields) ?? '');
    if (play.code !== undefined) return { code: play.code, checks: [], stored };
    good.add(messageKey(mti, fields) ?? '');
    const card = {
      pan: PAN,
      panExpiry: '3012',
      accountReference: ACCOUNT_REFERENCE,
      tokenExpiry: '3011',
      requestorId: '99900000001',
      assurance: '20',
      issuerCode: ISSUER,
    };
    return { tokenReference: 'AB'.repeat(16), checks: [], stored, card };
  });
  edge.add(outcome, async ({ mti, fields, responseCode, code, reversed }) => {
    await hush('outcome');
    if (!good.has(messageKey(mti, fields) ?? '')) return refused('message.original_unknown');
    outcomes.push({ responseCode, code, reversed });
    return reversed ? {} : { tag91: TAG_91 };
  });
  edge.add(original, async ({ token, messageKey: key }) => {
    await hush('original');
    if (!good.has(key) || token !== TOKEN) return refused('message.original_unknown');
    originals.push(key);
    const tokenReference = 'AB'.repeat(16);
    return { tokenReference, pan: PAN, panExpiry: '3012', issuerCode: ISSUER };
  });
  const client = connectTo(edge.fetch, unsigned, clock);
  return { play, verdicts, outcomes, originals, client };
}

function playIssuer() {
  const play: IssuerPlay = {
    purchase: 'approve',
    reversal: 'answer',
    signOn: 'answer',
    echo: 'answer',
  };
  const seen: Seen[] = [];
  const lines: Link[] = [];
  /** What the issuer's books say of each purchase key; reversed also when only the reversal came. */
  const books = new Map<string, 'posted' | 'declined' | 'reversed'>();
  const state = { refuseDials: false, dials: 0 };
  const mac = (input: Uint8Array) => keys.issuer.messageMac('network', input);
  const say = async (line: Link, mti: string, fields: MessageFields) => {
    try {
      await line.send(await sealCups(letter(ISSUER, mti, fields), mac));
    } catch (error) {
      if (!(error instanceof LinkDown)) throw error;
    }
  };
  const answerPurchase = (fields: MessageFields): MessageFields => {
    const { 14: _expiry, 61: _result, 63: _token, 56: _reference, ...echo } = fields;
    const approved = books.get(messageKey('0200', fields) ?? '') === 'posted';
    return approved ? { ...echo, 38: 'A1B2C3', 39: '00' } : { ...echo, 39: '51' };
  };
  async function hear(line: Link, frame: Uint8Array): Promise<void> {
    const message = cups.decode(frame);
    if (!(await isCupsMacRight(message, mac))) throw new Error('a wrong MAC to the issuer');
    const { mti } = message;
    const fields = message.fields as MessageFields;
    seen.push({ mti, fields });
    if (mti === '0820') {
      if (play[fields[70] === '301' ? 'echo' : 'signOn'] === 'ignore') return;
      await say(line, '0830', { ...fields, 39: '00' });
    } else if (mti === '0200') {
      if (play.purchase === 'lose') return;
      const key = messageKey(mti, fields) ?? '';
      if (!books.has(key)) books.set(key, play.purchase === 'decline' ? 'declined' : 'posted');
      if (play.purchase === 'swallow' || play.purchase === 'hold') return;
      await say(line, '0210', answerPurchase(fields));
    } else if (mti === '0420' || mti === '0421') {
      if (play.reversal === 'lose') return;
      const de90 = fields[90] ?? '';
      const originals = {
        7: de90.slice(10, 20),
        11: de90.slice(4, 10),
        32: ACQUIRER,
        33: ACQUIRER,
      };
      const key = messageKey('0200', originals) ?? '';
      const known = books.has(key);
      if (play.reversal === 'answer') books.set(key, 'reversed');
      const responseCode = play.reversal === 'error' ? '96' : known ? '00' : '25';
      await say(line, '0430', { ...fields, 39: responseCode });
    }
  }
  return {
    play,
    seen,
    books,
    state,
    answerPurchase,
    /** The messages of one type, in order. */
    got: (mti: string) => seen.filter((message) => message.mti === mti),
    dial(): Link {
      state.dials++;
      if (state.refuseDials) throw new LinkDown('the issuer does not answer the dial');
      const [near, far] = memoryLink();
      lines.push(far);
      void (async () => {
        for await (const frame of far.frames) await hear(far, frame);
      })();
      return near;
    },
    /** Send something over the newest line. */
    say: async (mti: string, fields: MessageFields) => {
      const line = lines.at(-1);
      if (line !== undefined) await say(line, mti, fields);
    },
    sayRaw: async (frame: Uint8Array) => void (await lines.at(-1)?.send(frame)),
    dropLines() {
      for (const line of lines.splice(0)) line.close();
    },
  };
}

/** The local date of the bench's start, MMDD. */
export const START_DAY = localTime(START_MS).date;
