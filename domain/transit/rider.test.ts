/** Who stands on the deny list, and for how long. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Account,
  type Credential,
  DEBT,
  hearVerdict,
  openAccount,
  relist,
  standBy,
  withCredential,
} from './rider.ts';

const PHONE: Credential = { credentialId: 'P', entry: 'AA', lastFour: '0001', form: 'phone' };
const PLASTIC: Credential = { credentialId: 'C', entry: 'BB', lastFour: '0002', form: 'card' };
const REFERENCE = { text: 'R', entry: 'EE' };

const account = withCredential(openAccount('A', REFERENCE, PHONE), PLASTIC);
const owing: Account = { ...account, state: 'denied' };

function entriesOf(of: Account): readonly string[] {
  return relist(of, 0)
    .account.listed.map(({ entry }) => entry)
    .sort();
}

test('a debt lists every token of the account, and the account', () => {
  deepEqual(entriesOf(owing), ['AA', 'BB', 'EE']);
  deepEqual(
    relist(owing, 0).changes.map(({ change, reason }) => [change, reason]),
    [
      ['add', DEBT],
      ['add', DEBT],
      ['add', DEBT],
    ],
  );
});

test('paid, all lines go; told twice, the list hears it once', () => {
  const { account: listed } = relist(owing, 0);
  deepEqual(relist(listed, 1).changes, []);
  const paid = relist({ ...listed, state: 'active' }, 2);
  deepEqual(
    paid.changes.map(({ change }) => change),
    ['remove', 'remove', 'remove'],
  );
  deepEqual(paid.account.listed, []);
});

test('a refused verdict lists its token and the account, not the other tokens', () => {
  const refused = hearVerdict(account, heard('P', 10, 'refused'));
  deepEqual(entriesOf(refused), ['AA', 'EE']);
});

test('a later good verdict of the same token lifts it; an earlier one does not', () => {
  const refused = hearVerdict(account, heard('P', 10, 'refused'));
  deepEqual(entriesOf(hearVerdict(refused, heard('P', 11, 'good'))), []);
  equal(hearVerdict(refused, heard('P', 9, 'good')), refused);
});

test('a later good verdict of another token frees the account and leaves the refused token listed', () => {
  const refused = hearVerdict(account, heard('P', 10, 'refused'));
  deepEqual(entriesOf(hearVerdict(refused, heard('C', 11, 'good'))), ['AA']);
});

test('a debt is not forgiven by a good verdict', () => {
  deepEqual(entriesOf(hearVerdict(owing, heard('C', 11, 'good'))), ['AA', 'BB', 'EE']);
});

test('a merged account tells the list nothing: its lines live on in the account that it became', () => {
  const { account: listed } = relist(owing, 0);
  deepEqual(relist({ ...listed, state: 'merged' }, 1).changes, []);
});

test('debts decide where an account stands, and nothing leads out of merged', () => {
  equal(standBy('active', { owes: true, isExhausted: false }), 'denied');
  equal(standBy('denied', { owes: true, isExhausted: true }), 'dormant');
  equal(standBy('dormant', { owes: true, isExhausted: false }), 'denied');
  equal(standBy('dormant', { owes: false, isExhausted: false }), 'active');
  equal(standBy('merged', { owes: true, isExhausted: false }), 'merged');
});

test('whatever is heard in whatever order, changes told one by one lead to the list that is wanted', () => {
  const events = fc.array(
    fc.record({
      credentialId: fc.constantFrom('P', 'C'),
      tapMs: fc.integer({ min: 0, max: 20 }),
      verdict: fc.constantFrom('good' as const, 'refused' as const),
      owes: fc.boolean(),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(events, (all) => {
      const list = new Set<string>();
      let now = account;
      for (const { owes, ...event } of all) {
        const state = standBy(now.state, { owes, isExhausted: false });
        const told = relist({ ...hearVerdict(now, { ...event, reason: 'x' }), state }, 0);
        for (const { entry, change } of told.changes) {
          if (change === 'add') list.add(entry);
          else ok(list.delete(entry));
        }
        now = told.account;
        deepEqual([...list].sort(), now.listed.map(({ entry }) => entry).sort());
      }
    }),
  );
});

function heard(credentialId: string, tapMs: number, verdict: 'good' | 'refused') {
  return { credentialId, tapMs, verdict, reason: 'tap.cryptogram_wrong' };
}
