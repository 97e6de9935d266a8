import { equal as same } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fromAscii, fromHex, toHex } from '../bytes/bytes.ts';
import {
  type AssertionChange,
  activate,
  agree,
  armByPasscode,
  assertionFor,
  Bench,
  beginArm,
  GPO,
  gpo,
  INSTANCE,
  makePair,
  OTHER_INSTANCE,
  PASSCODE,
  PROFILE,
  passkey,
  personalise,
  readyBench,
  selectByReader,
  sendAssertion,
} from './bench.test.ts';

const WRONG = '303030303030';
const VERIFY = `0020008106${PASSCODE}`;
const VERIFY_WRONG = `0020008106${WRONG}`;
const STATE = '80CADF0300';
const NOTHING_ARMED = 'DF03009000';

test('a passcode is six ASCII digits', () => {
  const bench = new Bench();
  same(bench.wired('00240181053132333435'), '6700');
  same(bench.wired('0024018106313233343541'), '6A80');
  same(bench.wired('0024018006313233343536'), '6A86');
  same(bench.wired(`0024018106${PASSCODE}`), '9000');
});

test('a passcode is set once, and never while a token lives here', async () => {
  const bench = new Bench();
  same(bench.wired(VERIFY), '6985');
  const keys = await agree(bench);
  personalise(bench, keys, PROFILE);
  bench.wired('00A4040000');
  same(bench.wired(`0024018106${PASSCODE}`), '6985');
  const other = new Bench();
  same(other.wired(`0024018106${PASSCODE}`), '9000');
  same(other.wired(`0024018106${WRONG}`), '6985');
});

test('a passcode is changed with the old one only', async () => {
  const bench = await readyBench();
  same(bench.wired(`002400810C${WRONG}${WRONG}`), '63C4');
  same(bench.wired(`002400810C${PASSCODE}${WRONG}`), '9000');
  same(bench.wired(VERIFY), '63C4');
  same(bench.wired(VERIFY_WRONG), '9000');
});

test('five wrong passcodes block it for good, also through power-off', async () => {
  const bench = await readyBench();
  for (const word of ['63C4', '63C3', '63C2', '63C1']) same(bench.wired(VERIFY_WRONG), word);
  bench.powerCut();
  same(bench.wired(VERIFY_WRONG), '6983');
  same(bench.wired(VERIFY), '6983');
  same(bench.wired(`002400810C${PASSCODE}${WRONG}`), '6983');
  bench.powerCut();
  same(bench.wired(VERIFY), '6983');
});

test('the right passcode gives the tries back', async () => {
  const bench = await readyBench();
  same(bench.wired(VERIFY_WRONG), '63C4');
  same(bench.wired(VERIFY), '9000');
  same(bench.wired(VERIFY_WRONG), '63C4');
});

test('VERIFY without an ARM under way arms nothing', async () => {
  const bench = await readyBench();
  same(bench.wired(VERIFY), '9000');
  same(bench.wired(STATE), NOTHING_ARMED);
  selectByReader(bench);
  same(bench.air(GPO), '6986');
});

test('a wrong passcode ends what was armed', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  same(bench.wired(VERIFY_WRONG), '63C4');
  selectByReader(bench);
  same(bench.air(GPO), '6986');
});

test('a wrong passcode leaves the ARM under way, so that the next try can arm', async () => {
  const bench = await readyBench();
  beginArm(bench);
  same(bench.wired(VERIFY_WRONG), '63C4');
  same(bench.wired(VERIFY), '9000');
  selectByReader(bench);
  same(bench.air(GPO).slice(-4), '9000');
});

test('the state tells instance, mode and milliseconds left', async () => {
  const bench = await readyBench();
  same(bench.wired(STATE), NOTHING_ARMED);
  armByPasscode(bench);
  bench.nowMs += 15_000;
  // 45 000 milliseconds are 0000AFC8.
  same(bench.wired(STATE), `DF03154F0A${INSTANCE}80010181040000AFC89000`);
});

test('sixty seconds later nothing is armed', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  bench.nowMs += 60_000;
  same(bench.wired(STATE), NOTHING_ARMED);
  same(bench.air(GPO), '6986');
});

test('a millisecond before, it still is', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  bench.nowMs += 59_999;
  same(bench.air(GPO).slice(-4), '9000');
});

test('a clock that goes back does not lengthen the minute', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  selectByReader(bench);
  bench.nowMs -= 1;
  same(bench.air(GPO), '6986');
});

test('power-off ends it, and so does cancelling', async () => {
  const bench = await readyBench();
  armByPasscode(bench);
  bench.powerCut();
  selectByReader(bench);
  same(bench.air(GPO), '6986');
  armByPasscode(bench);
  same(bench.wired('803A0002'), '9000');
  same(bench.air(GPO), '6986');
});

test('arming another token ends it for the first', async () => {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  personalise(bench, keys, PROFILE);
  personalise(bench, keys, { ...PROFILE, kind: 'credit', instanceAid: OTHER_INSTANCE });
  activate(bench, INSTANCE);
  armByPasscode(bench, INSTANCE);
  armByPasscode(bench, OTHER_INSTANCE);
  selectByReader(bench);
  same(bench.air(GPO), '6986');
});

test('what one token was asked is nothing for another to confirm', async () => {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  personalise(bench, keys, { ...PROFILE, kind: 'credit', instanceAid: OTHER_INSTANCE });
  personalise(bench, keys, PROFILE);
  activate(bench, INSTANCE);
  selectByReader(bench);
  same(bench.air(GPO), '6986');
  same(bench.wired(`803A02000C4F0A${OTHER_INSTANCE}00`), '6985');
  armByPasscode(bench, INSTANCE, '02');
});

test('ARM of an unknown instance, in an unknown mode, or without a name is refused', async () => {
  const bench = await readyBench();
  same(bench.wired(`803A01000C4F0A${OTHER_INSTANCE}00`), '6A88');
  same(bench.wired(`803A04000C4F0A${INSTANCE}00`), '6A86');
  same(bench.wired(`803A01030C4F0A${INSTANCE}00`), '6A86');
  same(bench.wired('803A010000'), '6A80');
  same(bench.wired('803A0102'), '6A86');
});

test('the challenge is made of token, randomness, mode and purchase, as the profile says', async () => {
  const bench = await readyBench();
  selectByReader(bench);
  bench.air(gpo('000000009900', '0156'));
  const challengeOf = (mode: string, amount: string, currency: string): string => {
    // The element draws its sixteen random bytes next; this is what they will be.
    const fresh = createHash('sha512').update(`bench ${bench.drawn}`).digest().subarray(0, 16);
    const parts = [fromAscii('octavo-arm-1'), fromHex('6258249900000018'), fresh];
    const purchase = fromHex(`${mode}${amount}${currency}`);
    return createHash('sha256')
      .update(Buffer.concat([...parts, purchase]))
      .digest('hex')
      .toUpperCase();
  };
  same(toHex(beginArm(bench, '01')), challengeOf('01', '000000000000', '0000'));
  same(toHex(beginArm(bench, '02')), challengeOf('02', '000000009900', '0156'));
});

/** Try one assertion on a fresh arm, and say how it was answered. */
async function tryAssertion(change: AssertionChange, bench?: Bench): Promise<string> {
  const used = bench ?? (await readyBench());
  const challenge = beginArm(used);
  return sendAssertion(used, assertionFor(challenge, change));
}

test('a passkey arms: user present and verified, our page, our relying party, our challenge', async () => {
  same(await tryAssertion({}), '9000');
});

test('more members after crossOrigin are allowed, in place of it they are not', async () => {
  same(await tryAssertion({ after: ',"other_keys_can_be_added_here":"do not compare"}' }), '9000');
  same(await tryAssertion({ after: '' }), '6982');
  same(await tryAssertion({ after: ',}' }), '6982');
  same(await tryAssertion({ after: '} ' }), '6982');
  same(await tryAssertion({ after: 'x}' }), '6982');
});

test('extensions are allowed when the flag announces them', async () => {
  same(await tryAssertion({ flags: 0x85, extensions: 'A0' }), '9000');
  same(await tryAssertion({ flags: 0x05, extensions: 'A0' }), '6982');
  same(await tryAssertion({ flags: 0x85 }), '6982');
});

const refusals: readonly (readonly [string, AssertionChange])[] = [
  ['a registration instead of an assertion', { type: 'webauthn.create' }],
  ['another challenge', { challenge: new Uint8Array(32) }],
  ['another origin', { origin: 'https://wallet.example.net' }],
  ['a frame of another origin', { crossOrigin: 'true' }],
  ['no user verified', { flags: 0x01 }],
  ['no user present', { flags: 0x04 }],
  ['a new credential inside', { flags: 0x45 }],
  ['another relying party', { rpId: 'other.example' }],
  ['another key', { pair: makePair() }],
];

for (const [what, change] of refusals) {
  test(`a passkey is refused for: ${what}`, async () => {
    const bench = await readyBench();
    same(await tryAssertion(change, bench), '6982');
    same(bench.wired(STATE), NOTHING_ARMED);
  });
}

test('a signature must be strict DER; low and high s are both accepted', async () => {
  const order = BigInt('0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551');
  const numbers = (der: Uint8Array): readonly [bigint, bigint] => {
    const first = 4 + (der[3] as number);
    const big = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
    return [big(der.subarray(4, first)), big(der.subarray(first + 2))];
  };
  const integer = (value: bigint, zeros = ''): string => {
    const digits = value.toString(16);
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    const body = zeros + (Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even);
    return `02${(body.length / 2).toString(16).padStart(2, '0')}${body}`;
  };
  const write = (parts: string, length = parts.length / 2): Uint8Array =>
    fromHex(`30${length.toString(16).padStart(2, '0')}${parts}`);
  const low = (s: bigint): bigint => (s > order / 2n ? order - s : s);
  const rewrite = (make: (r: bigint, s: bigint) => Uint8Array) => ({
    der: (signature: Uint8Array) => make(...numbers(signature)),
  });

  const accepted = [
    rewrite((r, s) => write(integer(r) + integer(low(s)))),
    rewrite((r, s) => write(integer(r) + integer(order - low(s)))),
  ];
  for (const change of accepted) same(await tryAssertion(change), '9000');
  const refused = [
    rewrite((r, s) => write(integer(r, '00') + integer(s))),
    rewrite((r, s) => write(integer(r) + integer(s, '00'))),
    rewrite((r, s) => write(`${integer(r)}${integer(s)}00`)),
    rewrite((r, s) => fromHex(`${toHex(write(integer(r) + integer(s)))}00`)),
    rewrite((r, s) => fromHex(`3081${toHex(write(integer(r) + integer(s))).slice(2)}`)),
    rewrite((r) => write(integer(r) + integer(0n))),
    rewrite((_, s) => write(integer(0n) + integer(s))),
    rewrite((r, s) => write(integer(r + order) + integer(s))),
    rewrite(() => new Uint8Array(0)),
    { der: (signature: Uint8Array) => signature.subarray(0, -1) },
  ];
  for (const change of refused) same(await tryAssertion(change), '6982');
});

test('an integer of a signature is positive and has no zero before it that it does not need', async () => {
  // In DER a first integer of 33 bytes is one whose top bit is set, with the zero that keeps it positive.
  const hasHighR = (der: Uint8Array): boolean => der[3] === 33;
  const hasLowR = (der: Uint8Array): boolean => der[3] === 32;
  const withoutZero = (der: Uint8Array): Uint8Array =>
    fromHex(`30${byteHex((der[1] as number) - 1)}0220${toHex(der.subarray(5))}`);
  const withZero = (der: Uint8Array): Uint8Array =>
    fromHex(`30${byteHex((der[1] as number) + 1)}022100${toHex(der.subarray(4))}`);
  same(await tryAssertion({ until: hasHighR }), '9000');
  same(await tryAssertion({ until: hasLowR }), '9000');
  same(await tryAssertion({ until: hasHighR, der: withoutZero }), '6982');
  same(await tryAssertion({ until: hasLowR, der: withZero }), '6982');
});

const byteHex = (value: number): string => value.toString(16).padStart(2, '0');

test('the sign count must rise; zero after zero belongs to a passkey that does not count', async () => {
  const bench = await readyBench();
  same(await tryAssertion({ signCount: 0 }, bench), '9000');
  same(await tryAssertion({ signCount: 0 }, bench), '9000');
  same(await tryAssertion({ signCount: 7 }, bench), '9000');
  bench.powerCut();
  same(await tryAssertion({ signCount: 7 }, bench), '6982');
  same(await tryAssertion({ signCount: 6 }, bench), '6982');
  same(await tryAssertion({ signCount: 0 }, bench), '6982');
  same(await tryAssertion({ signCount: 8 }, bench), '9000');
});

test('an old assertion does not arm again', async () => {
  const bench = await readyBench();
  const old = assertionFor(beginArm(bench));
  same(sendAssertion(bench, old), '9000');
  same(sendAssertion(bench, old), '6985');
  beginArm(bench);
  same(sendAssertion(bench, old), '6982');
});

test('after a refused passkey the try is over: the challenge is used up, for the passcode too', async () => {
  const bench = await readyBench();
  const challenge = beginArm(bench);
  same(sendAssertion(bench, assertionFor(challenge, { flags: 0x01 })), '6982');
  same(sendAssertion(bench, assertionFor(challenge)), '6985');
  same(bench.wired(VERIFY), '9000');
  same(bench.wired(STATE), NOTHING_ARMED);
});

test('an answer to ARM comes within two minutes', async () => {
  const bench = await readyBench();
  const challenge = beginArm(bench);
  bench.nowMs += 120_000;
  same(sendAssertion(bench, assertionFor(challenge)), '6985');
  beginArm(bench);
  bench.nowMs += 120_000;
  same(bench.wired(VERIFY), '9000');
  same(bench.wired(STATE), NOTHING_ARMED);
});

test('an assertion for one mode does not arm another', async () => {
  const bench = await readyBench();
  const challenge = beginArm(bench, '01');
  same(sendAssertion(bench, assertionFor(challenge), '02'), '6985');
});

test('a malformed assertion is refused and the try is over', async () => {
  const bench = await readyBench();
  const challenge = beginArm(bench);
  same(sendAssertion(bench, assertionFor(challenge).slice(0, -2)), '6A80');
  same(sendAssertion(bench, assertionFor(challenge)), '6985');
});

test('where no passkey was personalised none arms, and the passcode does', async () => {
  const { rpIdHash, origin } = PROFILE.holder;
  const bench = await readyBench({ holder: { rpIdHash, origin } });
  same(await tryAssertion({ pair: passkey }, bench), '6982');
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.air(GPO).slice(-4), '9000');
});

test('a chain that is interrupted is forgotten', async () => {
  const bench = await readyBench();
  const challenge = beginArm(bench);
  const data = assertionFor(challenge);
  same(bench.wired(`903A010120${data.slice(0, 64)}`), '9000');
  same(bench.wired(STATE), NOTHING_ARMED);
  const rest = data.slice(64, 64 + 400);
  same(bench.wired(`803A0101${(rest.length / 2).toString(16)}${rest}`), '6A80');
});

test('a SELECT forgets the chain', async () => {
  const bench = await readyBench();
  const data = assertionFor(beginArm(bench));
  const rest = data.slice(400);
  same(bench.wired(`903A0101C8${data.slice(0, 400)}`), '9000');
  bench.wired('00A4040000');
  same(bench.wired(`803A0101${byteHex(rest.length / 2)}${rest}`), '6A80');
});

test('a chain is bounded, and only ARM and AGREE are chained', async () => {
  const bench = await readyBench();
  const part = `903A0101FF${'00'.repeat(255)}`;
  for (let count = 0; count < 4; count++) same(bench.wired(part), '9000');
  same(bench.wired(part), '6700');
  same(bench.wired('9020008106313233343536'), '6D00');
});
