/**
 * What outsiders published, checked by the very functions that the services use: a real card's cryptogram by the
 * token service's check, a real POS message by the acquirer's codec.
 */
import { equal, fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { arpcMethod1 } from '@octavo/lib/emv/arpc.ts';
import { verifyTap01 } from '@octavo/lib/emv/cryptogram.ts';
import { pos } from '@octavo/lib/iso8583/unionpay.ts';

/** One published thing and whether it holds. */
export type PublishedCheck = {
  readonly name: string;
  readonly holds: boolean;
  readonly result: string;
  readonly source: string;
};

/** Check everything that is published here. */
export function checkPublished(): readonly PublishedCheck[] {
  return [realCard(), realAnswer(), realMessage()];
}

/** Published many times, also at uzzz.org/2016/01/08; vectors upi-arqc-001 to 004. */
const CARD_SOURCE = 'cnblogs.com/1024Planet/p/6256545.html';

const CARD = {
  masterKeyAc: 'F0C34A8124CEE0A91A0B034AA97D6EAC',
  pan: '6228000100001',
  psn: '01',
  sessionKeyAc: 'D4102725E6E5AD329E55AAB50BF23DA9',
  values: {
    '9F02': '000000000001',
    '9F03': '000000000000',
    '9F1A': '0156',
    95: '0080046000',
    '5F2A': '0156',
    '9A': '140701',
    '9C': '00',
    '9F37': '1E78EEBC',
    82: '7D00',
    '9F36': '0240',
    '9F10': '07000103A04002010A010000001000D1F61152',
    '9F26': '5D016C91005E7CC2',
  },
  responseCode: '3031',
  responseCryptogram: '21415243527CE78F',
} as const;

function realCard(): PublishedCheck {
  const values = new Map(Object.entries(CARD.values).map(([tag, hex]) => [tag, fromHex(hex)]));
  const { pan, psn } = CARD;
  const checked = verifyTap01({ masterKeyAc: fromHex(CARD.masterKeyAc), pan, psn, values });
  return {
    name: 'a real card’s tap',
    holds: checked.kind === 'checked' && checked.valid,
    result: `cryptogram ${CARD.values['9F26']} recomputed`,
    source: CARD_SOURCE,
  };
}

function realAnswer(): PublishedCheck {
  const arpc = arpcMethod1(
    fromHex(CARD.sessionKeyAc),
    fromHex(CARD.values['9F26']),
    fromHex(CARD.responseCode),
  );
  return {
    name: 'its issuer’s answer',
    holds: toHex(arpc) === CARD.responseCryptogram,
    result: `response cryptogram ${CARD.responseCryptogram}`,
    source: CARD_SOURCE,
  };
}

const MESSAGE_SOURCE =
  'https://www.codetd.com/article/5053461 (copy of blog.csdn.net/MaxWoods 86490475)';

/** Without its two length bytes. */
const MESSAGE =
  '60000600006031003110030200702406C020C19A311662242429000001130000000000000000010004032806' +
  '071000000012346224242900000113D280620139490310133130303030303139383530313030303832343130' +
  '303032000100313536D1EEF419D0AE2609260000000000000001399F260895BBE372271DDA7C9F2701809F10' +
  '1307010103A00000010A010000000000ED538FE49F37047F9F349E9F36020157950500000000009A03190830' +
  '9C01009F02060000000000015F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C89F3501' +
  '229F1E0831303030303031398408A0000003330101029F0902008C9F41040000040301533132323038393836' +
  '3036313730383030303235383339393331333131484654313730383033303131343134323031393038333030' +
  '393334333531353032303031373232424433302E3632313535352C3131342E33363139353441323630303130' +
  '3230323032313630303030323930323130303135373038303330363030303131333034303830343234373239' +
  '323035303848373036323830310014220000240006003846363531423236';

function realMessage(): PublishedCheck {
  const bytes = fromHex(MESSAGE);
  const message = pos.decode(bytes);
  const elements = Object.keys(message.fields).length;
  return {
    name: 'a real POS purchase',
    holds: equal(pos.encode(message), bytes) && message.fields[4] === '000000000001',
    result: `${bytes.length} bytes, ${elements} elements, read and written back`,
    source: MESSAGE_SOURCE,
  };
}
