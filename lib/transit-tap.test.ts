/** An element at a gate: card side and terminal side of a tap that opens on a signature, whole and then cheated. */
import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { decodeResponse, encodeCommand } from './apdu/apdu.ts';
import {
  AUTHORITY,
  authenticationFor,
  type ChainChange,
  OTHER_CARD_KEY,
} from './applet/authentication.fixture.ts';
import {
  armByPasscode,
  type Bench,
  certified,
  expressByPasscode,
  PROFILE,
  readyBench,
} from './applet/bench.test.ts';
import { fromAscii, fromHex, toHex } from './bytes/bytes.ts';
import { tap } from './kernel/entry.ts';
import type { OnlineRequest, Outcome } from './kernel/outcome.ts';
import type { TapInput } from './kernel/reader.ts';
import { workedInput } from './kernel/worked-tap.ts';
import { revocationEntry } from './oda/authority.ts';

/** A gate as the profile sets it up, section 15: amount 0, no floor, no holder limit. */
const gate: TapInput = {
  ...workedInput,
  amountMinor: 0n,
  reader: {
    ...workedInput.reader,
    ttq: fromHex('21000080'),
    limits: { floor: 0n },
    zeroAmountAllowed: true,
    terminal: {
      capabilities: fromHex('000800'),
      type: fromHex('25'),
      serialNumber: fromAscii('GATE0001'),
      applicationVersion: fromHex('0030'),
    },
    offlineAuthentication: { authorityKeys: [AUTHORITY], revoked: new Set() },
  },
};

/** What stands between element and gate: it sees every command and answer, and may change both. */
type Between = {
  readonly command?: (hex: string) => string;
  readonly answer?: (hex: string, command: string) => string;
};

/** One tap of an element at a gate. */
function play(
  bench: Bench,
  input: TapInput = gate,
  { command = (hex) => hex, answer = (hex) => hex }: Between = {},
): Outcome {
  const running = tap(input);
  let step = running.next();
  while (!step.done) {
    const sent = toHex(encodeCommand(step.value));
    const answered = answer(bench.gate(command(sent)), sent);
    step = running.next(decodeResponse(fromHex(answered)));
  }
  return step.value;
}

function judged(outcome: Outcome): string {
  if (outcome.kind === 'declined') return outcome.check ?? outcome.reason;
  return outcome.kind === 'online_request' && outcome.authentication ? 'verified' : outcome.reason;
}

function requested(outcome: Outcome): OnlineRequest {
  if (outcome.kind !== 'online_request') throw new Error(`ended as ${outcome.reason}`);
  return outcome;
}

/** An express element whose chain was made with this change. */
async function express(change: ChainChange = {}): Promise<Bench> {
  const bench = await readyBench({ authentication: authenticationFor(PROFILE, change) });
  expressByPasscode(bench);
  return bench;
}

test('a locked phone opens a gate: the chain stands, and the cryptogram follows', async () => {
  const outcome = requested(play(await express()));
  equal(judged(outcome), 'verified');
  equal(outcome.cvm, 'no_cvm');
  equal(outcome.pan, '6258249900000018');
  const given = (tag: string): string => toHex(outcome.data.get(tag) ?? fromHex(''));
  // Profile, sections 7 and 15: the express bit stands in the verification results, and nothing is claimed.
  equal(given('9F10').slice(6, 14), '03A00001');
  deepEqual([given('9F6C'), given('9F02')], ['0000', '000000000000']);
  equal(given('9F24'), toHex(fromAscii(PROFILE.par)));
  equal(
    toHex(outcome.authentication?.signed.get('9F24') ?? fromHex('')),
    toHex(fromAscii(PROFILE.par)),
  );
  equal(toHex(outcome.authentication?.dynamicNumber ?? fromHex('')), '0001');
});

test('a holder who is verified opens it too, without express', async () => {
  const bench = await readyBench(certified());
  equal(play(bench).kind, 'try_again');
  armByPasscode(bench);
  const outcome = requested(play(bench));
  equal(judged(outcome), 'verified');
  equal(outcome.cvm, 'consumer_device');
});

test('a token without certificates reaches no gate that opens on a signature', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  const outcome = play(bench);
  deepEqual([outcome.kind, judged(outcome)], ['online_request', 'online_cryptogram']);
});

test('the signature of another tap does not open', async () => {
  const bench = await express();
  const earlier: string[] = [];
  const listening = (hex: string): string => {
    earlier.push(hex);
    return hex;
  };
  play(bench, gate, { answer: listening });
  let at = 0;
  const unpredictableNumber = fromHex('01020304');
  const replay = { answer: () => earlier[at++] ?? '6F00' };
  equal(judged(play(bench, { ...gate, unpredictableNumber }, replay)), 'hash');
});

test('a raised amount does not pass: neither under the signature nor, above the cap, in the element', async () => {
  const bench = await express();
  const asZero = (hex: string): string => hex.replace('000000000300', '000000000000');
  equal(judged(play(bench, { ...gate, amountMinor: 300n })), 'verified');
  equal(judged(play(bench, { ...gate, amountMinor: 300n }, { command: asZero })), 'hash');
  equal(play(bench, { ...gate, amountMinor: 2_001n }).kind, 'try_again');
});

test('qualifiers that were changed on the way are found', async () => {
  const bench = await express();
  const claiming = { answer: (hex: string) => hex.replace('9F6C020000', '9F6C020080') };
  equal(judged(play(bench, gate, claiming)), 'holder_not_verified');
  const wishing = { answer: (hex: string) => hex.replace('9F6C020000', '9F6C022000') };
  equal(judged(play(bench, gate, wishing)), 'qualifiers');
});

test('the account reference cannot be changed, taken away or put in beside the signed one', async () => {
  const bench = await express();
  const par = toHex(fromAscii(PROFILE.par));
  const other = { answer: (hex: string) => hex.replace(par, `52${par.slice(2)}`) };
  equal(judged(play(bench, gate, other)), 'hash');
  const without = { answer: (hex: string) => hex.replace(`9F241D${par}`, `DF241D${par}`) };
  equal(judged(play(bench, gate, without)), 'hash');
  const beside = {
    answer: (hex: string, command: string) =>
      command.startsWith('00B2031C') ? `702B${hex.slice(4, -4)}9F241D${par}9000` : hex,
  };
  equal(judged(play(bench, gate, beside)), 'duplicate_object');
});

test('a token of another number, an expired certificate and another authority stay outside', async () => {
  equal(judged(play(await express({ subject: '6258249900000026' }))), 'pan');
  // The tap is in November 2026.
  equal(judged(play(await express({ expiry: '1126' }))), 'verified');
  equal(judged(play(await express({ expiry: '1026' }))), 'expired');
  const trusting = (offlineAuthentication: TapInput['reader']['offlineAuthentication']) => ({
    ...gate,
    reader: { ...gate.reader, offlineAuthentication },
  });
  const foreign = { ...AUTHORITY, modulus: AUTHORITY.modulus.with(20, 1) };
  const bench = await express();
  equal(judged(play(bench, trusting({ authorityKeys: [foreign], revoked: new Set() }))), 'trailer');
  const revoked = new Set([revocationEntry(AUTHORITY.rid, AUTHORITY.index, fromHex('000001'))]);
  equal(judged(play(bench, trusting({ authorityKeys: [AUTHORITY], revoked }))), 'revoked');
});

test('the certificate of one phone and the signature of another do not go together', async () => {
  const [mine, other] = [await express(), await express({ key: OTHER_CARD_KEY })];
  const records: string[] = [];
  play(other, gate, {
    answer: (hex, command) => {
      if (command === '00B2021400') records.push(hex);
      return hex;
    },
  });
  const borrowed = {
    answer: (hex: string, command: string) =>
      command === '00B2021400' ? (records[0] ?? hex) : hex,
  };
  equal(judged(play(mine, gate, borrowed)), 'trailer');
});

test('what a card offers can be hidden from a gate, and then it is not authenticated', async () => {
  const bench = await express();
  const hidden = { answer: (hex: string) => hex.replace('DF610140', 'DF610100') };
  equal(judged(play(bench, gate, hidden)), 'online_cryptogram');
});

test('a relay to a shop gets a cryptogram that says express, whatever the shop’s reader was told', async () => {
  const bench = await express();
  const shop: TapInput = {
    ...workedInput,
    reader: { ...workedInput.reader, limits: { floor: 0n, cvmRequired: 100_000n } },
  };
  // The relay makes the shop's qualifiers those of a gate on the way to the phone.
  const relay = { command: (hex: string) => hex.replace('36800080', '37800080') };
  const outcome = requested(play(bench, shop, relay));
  equal(outcome.cvm, 'no_cvm');
  equal(toHex(outcome.data.get('9F10') ?? fromHex('')).slice(6, 14), '03A00001');
});
