import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { Refused } from '../../kit/ask.ts';
import type { WalletApi } from './api.ts';
import { certify } from './provision.ts';

const ACCEPT = ['9000'];
const load = (...bytes: string[]) => ({
  step: 'load',
  purpose: 'certify',
  instanceAid: 'A0',
  commands: bytes.map((each) => ({ bytes: each, accept: ACCEPT })),
});
const done = { step: 'done', purpose: 'certify', instanceAid: 'A0', commands: [] };

/** A token service that sends these rounds, and an element that answers by its list. */
function talk(rounds: readonly object[], answers: readonly string[]) {
  const asked: object[] = [];
  const told: string[] = [];
  const api = {
    provision: async (ask: object) => {
      asked.push(ask);
      const round = rounds[asked.length - 1];
      if (round === undefined) throw new Refused('personalisation.element_failed');
      return round;
    },
  } as unknown as WalletApi;
  const element = async (bytes: Uint8Array) => {
    told.push(toHex(bytes));
    return fromHex(answers[told.length - 1] ?? '6F00');
  };
  return { api, element, asked, told };
}

test('certifying says its purpose on every round, runs what it is told, and activates nothing', async () => {
  const { api, element, asked, told } = talk(
    [load('80E2000001', '80E2800002'), done],
    ACCEPT.concat(ACCEPT),
  );
  const commands: number[] = [];
  await certify(api, element, 'D1', 'T1', (progress) => commands.push(progress.commands));
  const whose = { deviceId: 'D1', tokenReference: 'T1', purpose: 'certify' };
  deepEqual(asked, [whose, { ...whose, round: { step: 'load', answers: ['9000', '9000'] } }]);
  deepEqual(told, ['80E2000001', '80E2800002']);
  deepEqual(commands, [1, 2]);
});

test('an element that refuses ends its round there, and the token service hears where', async () => {
  const { api, element, asked, told } = talk([load('80E2000001', '80E2800002')], ['6985']);
  await rejects(certify(api, element, 'D1', 'T1'), Refused);
  equal(told.length, 1);
  deepEqual((asked[1] as { round: object }).round, { step: 'load', answers: ['6985'] });
});
