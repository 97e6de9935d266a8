/** Tokens that are held: by the operator, by the holder, by a lost phone's lock; and phones that are wiped. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isRefused, type RefusalCode } from '@octavo/domain/refusal.ts';
import { decodeResponse, encodeCommand } from '@octavo/lib/apdu/apdu.ts';
import { selectAid } from '@octavo/lib/globalplatform/commands.ts';
import { setPasscode } from '@octavo/platform/element-commands.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as tokens from '@octavo/services/tokens';
import * as wallet from '@octavo/services/wallet';
import { addCard, type Handset } from './actors.ts';
import { expectDone, newId } from './phone.ts';
import {
  clockAt,
  confirmAndPay,
  leavesOf,
  newHolder,
  openTestWorld,
  payWith,
  printFor,
  setUpTerminal,
  type TestWorld,
} from './stage.fixture.ts';

const clock = clockAt('2026-11-22', '10:00:00');
let open: TestWorld;
before(async () => {
  open = await openTestWorld({ clock });
  await setUpTerminal(open.stage);
});
after(() => open.world.close());

/** A holder with one active card on a phone, and what everybody can do with it. */
async function payingPhone() {
  const { stage } = open;
  const { handset, mobile } = await newHolder(stage);
  const card = await printFor(stage, mobile, { behaviour: 'green' });
  const { tokenReference, instanceAid } = await addCard(handset, card);
  const { phone } = handset;
  const ask = () => ({ requestId: newId(stage.random), deviceId: phone.deviceId });
  return {
    handset,
    phone,
    tokenReference,
    instanceAid,
    pay: async () => {
      const { outcome, code } = await confirmAndPay(stage, handset, instanceAid, 100);
      return outcome === 'approved' ? outcome : code;
    },
    byHolder: (event: 'suspend' | 'resume' | 'remove') =>
      codeOf(phone.call(wallet.changeCard, { ...ask(), tokenReference, event })),
    byOperator: (event: 'suspend' | 'resume' | 'delete') =>
      codeOf(
        stage.operator(tokens.changeToken, {
          requestId: newId(stage.random),
          tokenReference,
          event,
          reason: 'FRAUD_SUSPECTED',
        }),
      ),
    /** From a browser somewhere else, where the holder signs in anew. */
    device: async (event: 'lock' | 'unlock' | 'wipe') => {
      const browser = await signInElsewhere(handset);
      return codeOf(browser(wallet.changeDevice, { ...ask(), event }));
    },
    state: async () => {
      const view = await stage.operator(tokens.token, { tokenReference });
      ok(!isRefused(view));
      return [view.state, view.suspendedBy];
    },
  };
}

async function signInElsewhere({ phone }: Handset): Promise<Client> {
  const { random, fetch } = open.stage;
  const { mobile } = phone.parts;
  clock.step(1_000);
  const anyone = connectTo(fetch, unsigned, clock);
  expectDone(await anyone(wallet.requestSignIn, { requestId: newId(random), mobile }));
  const asked = { requestId: newId(random), mobile, code: await phone.readCode() };
  const { session } = expectDone(await anyone(wallet.signIn, asked));
  return connectTo(fetch, showKey('holder', session), clock);
}

async function codeOf(answer: Promise<unknown>): Promise<RefusalCode | 'done'> {
  const heard = await answer;
  return isRefused(heard) ? heard.code : 'done';
}

/** The code by which the token service refused the last tap, which the terminal is not told. */
function verdictCode(): unknown {
  const verdicts = open.world.events.events(0).filter(({ event }) => event.type === 'tap.verdict');
  return verdicts.at(-1)?.event.detail.code;
}

describe('a suspended card', () => {
  test('does not pay, and pays again when whoever suspended it resumes it', async () => {
    const { pay, byOperator } = await payingPhone();
    equal(await pay(), 'approved');
    equal(await byOperator('suspend'), 'done');
    ok((await pay()) !== 'approved');
    equal(verdictCode(), 'token.suspended');
    equal(await byOperator('resume'), 'done');
    equal(await pay(), 'approved');
  });

  test('the holder cannot lift the operator’s suspension', async () => {
    const { byHolder, byOperator, state, pay } = await payingPhone();
    await byOperator('suspend');
    await byHolder('resume');
    deepEqual(await state(), ['suspended', ['operator']]);
    ok((await pay()) !== 'approved');
  });

  test('suspended by both it pays only when both have resumed it, in either order', async () => {
    for (const order of [
      ['holder', 'operator'],
      ['operator', 'holder'],
    ]) {
      const { byHolder, byOperator, state, pay } = await payingPhone();
      equal(await byHolder('suspend'), 'done');
      equal(await byOperator('suspend'), 'done');
      const resume = { holder: byHolder, operator: byOperator };
      const [first = '', second = ''] = order as ('holder' | 'operator')[];
      equal(await resume[first as 'holder']('resume'), 'done');
      equal((await state())[0], 'suspended');
      ok((await pay()) !== 'approved');
      equal(await resume[second as 'holder']('resume'), 'done');
      deepEqual(await state(), ['active', []]);
      equal(await pay(), 'approved');
    }
  });

  test('that the operator deletes never pays again, and nobody brings it back', async () => {
    const { byHolder, byOperator, pay } = await payingPhone();
    equal(await byOperator('delete'), 'done');
    ok((await pay()) !== 'approved');
    equal(verdictCode(), 'token.deleted');
    equal(await byOperator('resume'), 'token.deleted');
    ok((await byHolder('resume')) !== 'done');
  });
});

describe('a lost phone', () => {
  test('that is locked is refused at the next tap, and pays again when it was found', async () => {
    const { device, pay, phone } = await payingPhone();
    equal(await device('lock'), 'done');
    ok((await pay()) !== 'approved');
    equal(verdictCode(), 'token.suspended');
    equal(await device('unlock'), 'done');
    equal(await pay(), 'approved');
    equal((await leavesOf(phone))[0]?.isDefault, true);
  });

  test('unlocking does not lift what the operator suspended', async () => {
    const { device, byOperator, pay } = await payingPhone();
    await device('lock');
    await byOperator('suspend');
    await device('unlock');
    ok((await pay()) !== 'approved');
    await byOperator('resume');
    equal(await pay(), 'approved');
  });

  test('that is locked takes no new card', async () => {
    const { device, phone, handset } = await payingPhone();
    await device('lock');
    const card = await printFor(open.stage, handset.phone.parts.mobile, { behaviour: 'green' });
    const refusal = await phone.enrol(card).then(
      () => 'done',
      (error: Error) => error.message,
    );
    equal(refusal, 'device.locked');
  });

  test('that is wiped pays no more, and its element is empty once the phone has heard of it', async () => {
    const { device, pay, phone, tokenReference, instanceAid, handset, state } = await payingPhone();
    equal(await device('wipe'), 'done');
    ok((await pay()) !== 'approved');
    equal(verdictCode(), 'token.deleted');
    equal((await state())[0], 'deleted');
    await phone.erase(tokenReference);
    const { wired } = handset.host;
    equal(decodeResponse(await wired(encodeCommand(selectAid(instanceAid)))).status, 0x6a82);
    // A passcode can be set only while the element holds no instance.
    await setPasscode(wired, '123456');
    equal((await payWith(open.stage, handset, 100)).outcome === 'approved', false);
    deepEqual(await leavesOf(phone), []);
    equal(await device('unlock'), 'device.wiped');
  });

  test('that is wiped while locked goes the same way', async () => {
    const { device, phone, tokenReference, handset, state } = await payingPhone();
    equal(await device('lock'), 'done');
    equal(await device('wipe'), 'done');
    equal((await state())[0], 'deleted');
    await phone.erase(tokenReference);
    await setPasscode(handset.host.wired, '123456');
  });
});
