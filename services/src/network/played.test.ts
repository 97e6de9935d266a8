/** Those around the network, as the tests play them: the token service behind its contract, the issuer at the end of a line. */
import { institutions } from '@octavo/domain/demo.ts';
import { type MessageFields, messageKey, originalData } from '@octavo/domain/message.ts';
import { type Clock, type Link, LinkDown } from '@octavo/domain/ports.ts';
import { type RefusalCode, refused } from '@octavo/domain/refusal.ts';
import { isCupsMacRight, sealCups } from '@octavo/lib/iso8583/mac.ts';
import { type CupsMessage, cups } from '@octavo/lib/iso8583/unionpay.ts';
import { generateKeyring } from '@octavo/platform/keyring.ts';
import { memoryLink } from '@octavo/platform/link.ts';
import { systemRandom } from '@octavo/platform/random.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { unsigned } from '../caller.ts';
import { connectTo, createEdge } from '../endpoint.ts';
import { original, outcome, verdict } from '../tokens/contract.ts';

export const ACQUIRER = institutions.acquirer.code;
export const ISSUER = institutions.issuer.code;
export const NETWORK = institutions.network.code;
export const PAN = '9999020000000010';
export const TOKEN = '9999590100000012';
export const ACCOUNT_REFERENCE = '9999ABCDEFGHIJKLMNOPQRSTUVWXY';
export const TAG_91 = '0102030405060708' + '3030';

const keyring = generateKeyring(systemRandom);
/** The key ports of the three ends of the links. */
export const keys = {
  network: softKeysFor('network', keyring, systemRandom),
  issuer: softKeysFor('issuer', keyring, systemRandom),
  acquirer: softKeysFor('acquirer', keyring, systemRandom),
};

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

/** An advice of a gate's tap at its own amount. */
export function adviceFields(changes: MessageFields = {}): MessageFields {
  return purchaseFields({ 4: '000000000000', 18: '4111', ...changes });
}

/** A deferred charge that names that advice; a purchase without track and chip data. */
export function chargeFields(changes: MessageFields = {}): MessageFields {
  const { 23: _sequence, 35: _track, 55: _chip, ...bare } = purchaseFields({ 11: '000777' });
  const named = originalData('0220', adviceFields());
  return { ...bare, 4: '000000001800', 18: '4111', 22: '102', 90: named, ...changes };
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

/** Elements of a 0820. */
export function management(code: string, changes: MessageFields = {}): MessageFields {
  return { 7: '1122163000', 11: '000001', 33: ACQUIRER, 70: code, 100: NETWORK, ...changes };
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

/** Play the token service: it finds every tap good unless `play` says otherwise. */
export function playTokens(clock: Clock) {
  const play: TokensPlay = { code: undefined, silent: new Set() };
  const verdicts: MessageFields[] = [];
  const calls = { verdict: 0, outcome: 0, original: 0 };
  const outcomes: { responseCode: string; code?: string | undefined; reversed: boolean }[] = [];
  const originals: string[] = [];
  const good = new Set<string>();
  const edge = createEdge('tokens', async () => ({ party: 'network' }), clock);
  const hush = async (name: 'verdict' | 'outcome' | 'original') => {
    calls[name]++;
    if (play.silent.has(name)) await new Promise(() => {});
  };
  edge.add(verdict, async ({ mti, fields }) => {
    await hush('verdict');
    verdicts.push(fields);
    const stored = good.has(messageKey(mti, fields) ?? '');
    if (play.code !== undefined) return { code: play.code, checks: [], stored };
    good.add(messageKey(mti, fields) ?? '');
    if (mti === '0220') return { checks: [], stored, accountReference: ACCOUNT_REFERENCE };
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
  return { play, calls, verdicts, outcomes, originals, client };
}

/** Play the issuer: it signs on, keeps books and answers as `play` says. */
export function playIssuer() {
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
  /** `breaks`: the line delivers what is sent, and then says that it broke. */
  const state = { refuseDials: false, breaks: false, dials: 0 };
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
      return {
        ...near,
        send: async (frame) => {
          await near.send(frame);
          if (state.breaks) throw new LinkDown('the line broke while it was used');
        },
      };
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
