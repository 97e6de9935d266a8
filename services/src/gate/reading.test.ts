import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import { readingOf } from './reading.ts';

const NOW_MS = Date.UTC(2026, 10, 22);

/** A card of ours that was authenticated under a dynamic number, and the counter that it answered beside it. */
function authenticated(dynamicNumber: string, counter?: string): OnlineRequest {
  return {
    kind: 'online_request',
    reason: 'online_cryptogram',
    message: '1B',
    cvm: 'no_cvm',
    pan: '9999590100000012',
    expiry: '3012',
    psn: '01',
    data: new Map([
      ['57', fromHex('9999590100000012D3012201')],
      ...(counter === undefined ? [] : [['9F36', fromHex(counter)] as const]),
    ]),
    authentication: {
      kind: 'verified',
      authorityIndex: 0x0b,
      issuerSerial: fromHex('000001'),
      cardSerial: fromHex('000002'),
      dynamicNumber: fromHex(dynamicNumber),
      signed: new Map(),
    },
  };
}

function authenticationOf(outcome: OnlineRequest): string {
  const reading = readingOf(outcome, NOW_MS);
  return 'kind' in reading ? reading.kind : reading.authentication;
}

test('a card whose signed dynamic number is the counter it answered is proved', () => {
  equal(authenticationOf(authenticated('0107', '0107')), 'verified');
});

test('a counter that is not the signed dynamic number proves nothing, whichever way it differs', () => {
  const answered = ['0108', '0106', '0007', '07', '000107', undefined];
  deepEqual(
    answered.map((counter) => authenticationOf(authenticated('0107', counter))),
    answered.map(() => 'dynamic_data'),
  );
});
