/** Opening a phone again that was locked or wiped: only who has signed in since may. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { changeDevice, type Device, registerAgain } from './device.ts';
import { type Done, isRefused, type Refused } from './refusal.ts';

const NOW_MS = 1_795_000_000_000;
const LATER_MS = NOW_MS + 60_000;

const phone: Device = {
  deviceId: 'D1',
  userId: 'U1',
  name: 'Mi 5',
  elementId: 'E1',
  elementCertificate: 'C1',
  state: 'open',
  leaves: [],
  registeredAtMs: NOW_MS,
  lockedAtMs: null,
  closedAtMs: null,
  version: 0,
};

function must(result: Done<Device> | Refused): Device {
  ok(result.kind === 'done', result.kind === 'refused' ? result.code : '');
  return result.value;
}

function codeOf(result: Done<Device> | Refused): string | undefined {
  return isRefused(result) ? result.code : undefined;
}

test('registering again: another holder is refused, a wiped phone opens, a locked one stays locked', () => {
  equal(codeOf(registerAgain(phone, 'U2', 'Mine', LATER_MS)), 'device.element_taken');
  const found = (state: Device['state']) =>
    must(registerAgain({ ...phone, state, closedAtMs: NOW_MS }, 'U1', 'Found', LATER_MS));
  equal(found('wiped').state, 'open');
  equal(found('locked').state, 'locked');
  equal(found('locked').closedAtMs, NOW_MS);
});

test('whoever holds the stolen phone is signed in on it: only a sign-in after the lock undoes it, or a wipe', () => {
  const by = { commandId: 'R3', nowMs: NOW_MS + 5_000 };
  const tell = (device: Device, event: 'lock' | 'unlock' | 'wipe', signedInAtMs: number) =>
    changeDevice(device, { ...by, event, signedInAtMs });
  const locked = must(
    changeDevice(phone, { ...by, event: 'lock', nowMs: NOW_MS, signedInAtMs: 0 }),
  );
  for (const signedInAtMs of [NOW_MS - 1, NOW_MS]) {
    equal(codeOf(tell(locked, 'unlock', signedInAtMs)), 'session.too_old');
  }
  const open = must(tell(locked, 'unlock', NOW_MS + 1));
  deepEqual([open.state, open.closedAtMs], ['open', null]);
  // Locking or wiping what is locked already does not move the time that counts: the owner is not shut out again.
  const again = must(tell(must(tell(locked, 'lock', 0)), 'wipe', 0));
  equal(codeOf(registerAgain(again, 'U1', 'Mi 5', NOW_MS)), 'session.too_old');
  equal(must(registerAgain(again, 'U1', 'Mi 5', NOW_MS + 1)).state, 'open');
  // An open phone has nothing to undo.
  equal(must(tell(phone, 'unlock', 0)).state, 'open');
});
