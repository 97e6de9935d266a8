/** The example chain of the EMV contactless sheet, section 9.3, as a card that is tapped. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, decodeResponse, type Response, success } from '../apdu/apdu.ts';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { revocationEntry } from '../oda/authority.ts';
import { makeIccCertificate, makeIssuerCertificate } from '../oda/certificates.ts';
import {
  bytesOf,
  changedAt,
  iccObjects,
  issuerObjects,
  pan,
  rsa,
  staticData,
} from '../oda/chain.fixture.ts';
import { signFdda } from '../oda/dynamic.ts';
import { encodeTlv, type Tag, template, tlv } from '../tlv/tlv.ts';
import { tap } from './entry.ts';
import type { Outcome } from './outcome.ts';
import type { TapInput } from './reader.ts';
import { IAD, online, optionsOf, WORKED } from './worked-card.ts';
import { workedInput, workedResponses } from './worked-tap.ts';

const RID = fromHex('A000000333');
const authority = { rid: RID, index: 0xf1, ...rsa.ca.open };
const trusted = { authorityKeys: [authority], revoked: new Set<string>() };

/** The card of the sheet: its answer to GET PROCESSING OPTIONS, and its records by file and number. */
type SheetCard = Readonly<
  Record<'options' | '2.1' | '2.2' | '3.1' | '3.2', readonly (readonly [Tag, string])[]>
>;

const sheetCard: SheetCard = {
  options: [
    ...WORKED.filter(([tag]) => tag !== '9F36'),
    ['9F36', '0002'],
    ['94', '1001020018010201'],
    ['9F4B', toHex(bytesOf('9.3-fdda-long', 'tag_9F4B'))],
  ],
  '2.1': [
    ['8F', 'F1'],
    ['90', toHex(issuerObjects.certificate)],
    ['92', toHex(issuerObjects.remainder)],
    ['9F32', '03'],
  ],
  '2.2': [
    ['9F46', toHex(iccObjects.certificate)],
    ['9F48', toHex(iccObjects.remainder)],
    ['9F47', '03'],
  ],
  // The signed record is 7023 and the static data without the AIP behind them.
  '3.1': [
    ['5A', '6258249900000018'],
    ['5F24', '301231'],
    ['5F28', '0156'],
    ['9F07', 'FF00'],
    ['9F08', '0030'],
    ['9F4A', '82'],
  ],
  '3.2': [['9F69', '01A1B2C3D4008000']],
};

/** The sheet's tap at a reader that speaks of authentication. */
const gate = readerWith({});

function readerWith(change: Partial<TapInput['reader']>, input: Partial<TapInput> = {}): TapInput {
  const reader = { ...workedInput.reader, ttq: fromHex('37000080') };
  return {
    ...workedInput,
    ...input,
    reader: { ...reader, offlineAuthentication: trusted, ...change },
  };
}

/** A card with some objects changed, added or (undefined) left out, in whichever answer they stand. */
function changed(change: Readonly<Record<Tag, string | undefined>>, card = sheetCard): SheetCard {
  const entries = Object.entries(card).map(([name, objects]) => [
    name,
    objects.flatMap(([tag, value]) => {
      const next = tag in change ? change[tag] : value;
      return next === undefined ? [] : [[tag, next] as const];
    }),
  ]);
  return Object.fromEntries(entries) as SheetCard;
}

/** Tap a card; `select` is its answer to SELECT. */
function play(
  card: SheetCard,
  input: TapInput = gate,
  select = workedResponses.select,
): Outcome & { readonly commands: number } {
  const running = tap(input);
  let commands = 0;
  let step = running.next();
  while (!step.done) {
    commands += 1;
    step = running.next(answerTo(step.value, card, select));
  }
  return { ...step.value, commands };
}

function answerTo({ ins, p1, p2, data }: Command, card: SheetCard, select: Uint8Array): Response {
  if (ins === 0xa8) return success(optionsOf(card.options));
  if (ins !== 0xb2) return decodeResponse(data.length === 14 ? workedResponses.ppse : select);
  const objects = card[`${p2 >> 3}.${p1}` as keyof SheetCard];
  return success(
    encodeTlv([
      template(
        '70',
        objects.map(([tag, hex]) => tlv(tag, fromHex(hex))),
      ),
    ]),
  );
}

/** How a tap was judged: the failed check, or the reason of another end. */
function judged(outcome: Outcome): string {
  if (outcome.kind === 'declined' && outcome.check !== undefined) {
    equal(outcome.reason, 'offline_authentication_failed');
    return outcome.check;
  }
  const isVerified = outcome.kind === 'online_request' && outcome.authentication !== undefined;
  return isVerified ? 'verified' : outcome.reason;
}

/** The sheet's card with a signature of its own over this card authentication data, made for the sheet's tap. */
function signedWith(cardAuthenticationData: string): Readonly<Record<Tag, string>> {
  const signature = signFdda(rsa.icc.hidden, fromHex('0002'), {
    version: 1,
    unpredictableNumber: fromHex('1A2B3C4D'),
    amountAuthorised: fromHex('000000001250'),
    transactionCurrencyCode: fromHex('0156'),
    cardAuthenticationData: fromHex(cardAuthenticationData),
  });
  return { '9F69': cardAuthenticationData, '9F4B': toHex(signature) };
}

// --- the sheet's tap ---

test('the sheet’s tap is authenticated, and its cryptogram goes to the issuer', () => {
  const outcome = play(sheetCard);
  const { authentication, reason, data } = online(outcome);
  equal(reason, 'online_cryptogram');
  equal(authentication?.kind, 'verified');
  equal(authentication?.authorityIndex, 0xf1);
  // Serial numbers and counter are those of the sheet.
  equal(toHex(authentication?.issuerSerial ?? fromHex('')), '000001');
  equal(toHex(authentication?.cardSerial ?? fromHex('')), '000002');
  equal(toHex(authentication?.dynamicNumber ?? fromHex('')), '0002');
  equal(toHex(data.get('9F26') ?? fromHex('')), 'AEBC72404A3A05AF');
});

test('both shapes of dynamic data pass', () => {
  const short = toHex(bytesOf('9.3-fdda-short', 'tag_9F4B'));
  equal(judged(play(changed({ '9F4B': short }))), 'verified');
});

test('what was signed is told apart from what was not', () => {
  const { authentication } = online(play(sheetCard));
  const signed = [...(authentication?.signed ?? [])].map(([tag, value]) => [tag, toHex(value)]);
  deepEqual(signed, sheetCard['3.1']);
  equal(authentication?.signed.get('57'), undefined);
});

test('the sheet’s offline approval is approved', () => {
  // Section 9.3: verification results 03940000 and the cryptogram that goes with them.
  const outcome = play(
    changed({ '9F10': '07010103940000010A010000000000', '9F26': 'BA09D7662F6DECBA' }),
    readerWith({ ttq: fromHex('36000080') }),
  );
  deepEqual([outcome.kind, outcome.reason], ['approved', 'offline_authenticated']);
  if (outcome.kind !== 'approved') return;
  equal(outcome.authentication.kind, 'verified');
  equal(outcome.message, '03');
  equal(outcome.pan, pan);
  equal(toHex(outcome.data.get('9F27') ?? fromHex('')), '40');
});

test('all records are read before anything is reckoned', () => {
  const broken = changed({ '90': toHex(changedAt(issuerObjects.certificate, 5)) });
  equal(judged(play(broken)), 'trailer');
  // PPSE, SELECT, GPO and four records, good or bad.
  equal(play(broken).commands, 7);
  equal(play(sheetCard).commands, 7);
});

// --- who is asked ---

test('without the reader’s bit or the card’s, nothing is authenticated and nothing is claimed', () => {
  const plain = play(sheetCard, readerWith({ ttq: fromHex('36000080') }));
  deepEqual([plain.kind, 'authentication' in plain], ['online_request', false]);
  const select = fromHex(toHex(workedResponses.select).replace('DF610140', 'DF610110'));
  const silent = play(sheetCard, gate, select);
  deepEqual([silent.kind, 'authentication' in silent], ['online_request', false]);
});

test('a reader that offers to authenticate without keys is a bug of the terminal', () => {
  throws(() => play(sheetCard, readerWith({ offlineAuthentication: undefined })), AssertionError);
});

// --- every byte ---

/** What must be found when a byte of an object is another; one broken block in 256 still ends in BC. */
const whenChanged: Readonly<Record<Tag, readonly string[]>> = {
  '8F': ['unknown_authority'],
  '90': ['trailer', 'header'],
  '92': ['hash'],
  '9F32': ['hash'],
  '9F46': ['trailer', 'header'],
  '9F48': ['hash'],
  '9F47': ['hash'],
  '9F4B': ['trailer', 'header'],
  '5A': ['pan_differs', 'malformed_object'],
  '5F24': ['hash', 'malformed_object', 'application_expired'],
  '5F28': ['hash'],
  '9F07': ['hash'],
  '9F08': ['hash'],
  '9F4A': ['static_data'],
  '82': ['hash'],
  // The qualifiers inside are compared first, since the card claims that its holder was verified.
  '9F69': ['hash', 'holder_not_verified'],
  '9F6C': ['holder_not_verified'],
};
for (const [tag, expected] of Object.entries(whenChanged)) {
  test(`a changed byte of ${tag} is refused: ${expected.join(' or ')}`, () => {
    const value = Object.values(sheetCard)
      .flat()
      .find(([name]) => name === tag)?.[1];
    const bytes = fromHex(value ?? '');
    const found = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x40]) {
        const code = judged(play(changed({ [tag]: toHex(changedAt(bytes, at, mask)) })));
        found.add(code);
      }
    }
    deepEqual([...found].sort(), [...expected].sort());
  });
}

test('the claim of a verified holder cannot be taken away or added', () => {
  equal(judged(play(changed({ '9F6C': '0000' }))), 'qualifiers');
  equal(judged(play(changed({ '9F6C': undefined }))), 'qualifiers');
  const unverified = signedWith('01A1B2C3D4000000');
  equal(judged(play(changed({ ...unverified, '9F6C': '0000' }))), 'verified');
  equal(judged(play(changed({ ...unverified, '9F6C': undefined }))), 'verified');
  equal(judged(play(changed({ ...unverified, '9F6C': '0080' }))), 'holder_not_verified');
});

test('an object of the chain that is not there, or is empty, is named by its check', () => {
  for (const tag of ['8F', '90', '9F32', '9F46', '9F47', '9F69', '9F4B']) {
    equal(judged(play(changed({ [tag]: undefined }))), 'missing_object', tag);
    equal(judged(play(changed({ [tag]: '' }))), 'missing_object', tag);
  }
  for (const tag of ['92', '9F48']) equal(judged(play(changed({ [tag]: undefined }))), 'hash', tag);
  equal(judged(play(changed({ '9F4A': undefined }))), 'hash');
});

test('a record less or more in the signed part is refused', () => {
  equal(judged(play(changed({ '94': '1001020018010200' }))), 'hash');
  equal(judged(play(changed({ '94': '1001020018010202' }))), 'hash');
  equal(judged(play(changed({ '94': '1001020118010201' }))), 'hash');
});

test('an object that comes twice ends the application, whichever is the true one', () => {
  const twice = { ...sheetCard, '3.2': [...sheetCard['3.2'], ['9F24', '51'.repeat(29)] as const] };
  const options = [...sheetCard.options, ['9F24', '52'.repeat(29)] as const];
  equal(judged(play({ ...twice, options })), 'duplicate_object');
});

// --- another tap, another card, another authority ---

test('the signature of another tap is refused: number, amount or currency', () => {
  const taps: readonly Partial<TapInput>[] = [
    { unpredictableNumber: fromHex('1A2B3C4E') },
    { amountMinor: 1_251n },
    { currency: '840' },
  ];
  for (const input of taps) equal(judged(play(sheetCard, readerWith({}, input))), 'hash');
});

test('another authority’s key is refused, and so is another provider’s under the same index', () => {
  const keys = (change: object) =>
    readerWith({
      offlineAuthentication: { ...trusted, authorityKeys: [{ ...authority, ...change }] },
    });
  equal(judged(play(sheetCard, keys(rsa.issuer.open))), 'trailer');
  equal(judged(play(sheetCard, keys({ index: 0xf0 }))), 'unknown_authority');
  equal(judged(play(sheetCard, keys({ rid: fromHex('A000000334') }))), 'unknown_authority');
  const none = readerWith({ offlineAuthentication: { ...trusted, authorityKeys: [] } });
  equal(judged(play(sheetCard, none)), 'unknown_authority');
});

/** The chain made again with other words in its certificates. */
function recertified(change: {
  readonly issuer?: object;
  readonly card?: object;
}): Readonly<Record<Tag, string>> {
  const serial = fromHex('000001');
  const issuerWords = { subject: '625824', expiry: '1230', serial, key: rsa.issuer.open };
  const issuer = makeIssuerCertificate(rsa.ca.hidden, { ...issuerWords, ...change.issuer });
  const cardWords = { subject: pan, expiry: '1230', serial, key: rsa.icc.open };
  const card = makeIccCertificate(rsa.issuer.hidden, { ...cardWords, ...change.card }, staticData);
  return { '90': toHex(issuer.certificate), '9F46': toHex(card.certificate) };
}

test('a certificate is good through its last month', () => {
  // The tap is on 22 November 2026.
  equal(judged(play(changed(recertified({ issuer: { expiry: '1126' } })))), 'verified');
  equal(judged(play(changed(recertified({ issuer: { expiry: '1026' } })))), 'expired');
  equal(judged(play(changed(recertified({ card: { expiry: '1126' } })))), 'verified');
  equal(judged(play(changed(recertified({ card: { expiry: '1026' } })))), 'expired');
});

test('an issuer’s certificate on the revocation list is refused; a card’s number does not stand there', () => {
  const revoke = (index: number, serial: string) =>
    readerWith({
      offlineAuthentication: {
        ...trusted,
        revoked: new Set([revocationEntry(RID, index, fromHex(serial))]),
      },
    });
  equal(judged(play(sheetCard, revoke(0xf1, '000001'))), 'revoked');
  equal(judged(play(sheetCard, revoke(0xf0, '000001'))), 'verified');
  equal(judged(play(sheetCard, revoke(0xf1, '000002'))), 'verified');
});

test('the certificate of another token is refused, and an issuer’s for other numbers', () => {
  const other = recertified({ card: { subject: '6258249900000026' } });
  equal(judged(play(changed(other))), 'pan');
  const foreign = recertified({ issuer: { subject: '625825' } });
  equal(judged(play(changed(foreign))), 'issuer_identifier');
});

test('only version 01 is taken', () => {
  equal(judged(play(changed(signedWith('00A1B2C3D4008000')))), 'dynamic_data');
  const zero = signFdda(rsa.icc.hidden, fromHex('0002'), {
    version: 0,
    unpredictableNumber: fromHex('1A2B3C4D'),
  });
  const old = changed({ '9F4B': toHex(zero), '9F69': undefined });
  equal(judged(play(old)), 'missing_object');
});

// --- an offline approval that does not stand ---

const approval = { '9F10': IAD.tc, '9F4B': toHex(concat(rsa.icc.open.modulus)) };

test('an offline approval that does not stand goes online when the card says so and the reader can', () => {
  const wishes = { ...approval, ...{ '9F6C': '2000', '9F69': '01A1B2C3D4200000' } };
  const outcome = online(play(changed(wishes)));
  deepEqual([outcome.reason, outcome.authentication], ['offline_authentication_failed', undefined]);
});

test('an offline approval that does not stand moves to the contacts, or is declined by its check', () => {
  const contacts = changed({ ...approval, '9F6C': '1000', '9F69': '01A1B2C3D4100000' });
  const outcome = play(contacts);
  deepEqual(
    [outcome.kind, outcome.reason],
    ['try_another_interface', 'offline_authentication_failed'],
  );
  const alone = readerWith({ ttq: fromHex('27000080') });
  equal(judged(play(contacts, alone)), 'trailer');
  equal(judged(play(changed(approval))), 'trailer');
});
