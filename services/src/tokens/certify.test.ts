/** Certificates of tokens: at once for new ones, by a talk of their own for those from before, on a real element. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, beforeEach, describe, test } from 'node:test';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { CREDIT, closeDatabase, newWorld, requestId, type World } from './bench.test.ts';
import { asOfBefore, gateSees, keysOfBefore } from './certify-bench.test.ts';
import * as contract from './contract.ts';
import {
  activeToken,
  armPhone,
  type Enrolling,
  type LiveToken,
  newPhone,
  type Phone,
  provisionAll,
  provisionRound,
  type Round,
  runCommands,
  tokenised,
} from './phone-bench.test.ts';
import { purchase, tapPhone } from './shop-bench.test.ts';

let world: World;
let phone: Phone;

beforeEach(async () => {
  world = await newWorld();
  phone = await newPhone(world.clock);
});
after(closeDatabase);

type Answer = Exclude<Awaited<ReturnType<typeof provisionRound>>, Refused>;

/** A token that an older token service made, and is known to this one. */
async function oldToken(enrolling: Enrolling = {}): Promise<LiveToken> {
  const token = await activeToken(world.again({ keys: keysOfBefore }), phone, enrolling);
  await asOfBefore(world);
  return token;
}

function certifyRound({ tokenReference }: LiveToken, round?: Round) {
  const body = { requestId: requestId(), tokenReference, purpose: 'certify' as const };
  return world.asWallet(contract.provision, { ...body, ...(round && { round }) });
}

async function answered(asked: Promise<Answer | Refused>): Promise<Answer> {
  const answer = await asked;
  assert(!isRefused(answer), isRefused(answer) ? answer.code : '');
  return answer;
}

/** Go on until a step is asked for; the answer that asks for it. */
async function certifyUpTo(token: LiveToken, step: Answer['step']): Promise<Answer> {
  let answer = await answered(certifyRound(token));
  while (answer.step !== step) {
    assert(answer.step !== 'done', `done before ${step} was asked for`);
    const answers = await runCommands(phone, answer.commands);
    answer = await answered(certifyRound(token, { step: answer.step, answers }));
  }
  return answer;
}

/** All rounds; the steps that were gone through. */
async function certifyAll(token: LiveToken): Promise<string[]> {
  const steps: string[] = [];
  let answer = await answered(certifyRound(token));
  for (let rounds = 0; answer.step !== 'done'; rounds++) {
    assert(rounds < 20, 'the rounds do not end');
    steps.push(answer.step);
    const answers = await runCommands(phone, answer.commands);
    answer = await answered(certifyRound(token, { step: answer.step, answers }));
  }
  assert.equal(answer.purpose, 'certify');
  return [...steps, 'done'];
}

async function viewOf({ tokenReference }: LiveToken) {
  const view = await world.asOperator(contract.token, { tokenReference });
  assert(!isRefused(view));
  return view;
}

async function standingOf(token: LiveToken) {
  const { state, certified } = await viewOf(token);
  return `${state} ${certified ? 'certified' : 'uncertified'}`;
}

async function refusedBy(asked: Promise<Answer | Refused>, code: string): Promise<void> {
  const answer = await asked;
  assert(isRefused(answer), 'it was answered');
  assert.equal(answer.code, code);
}

const changeIt = ({ tokenReference }: LiveToken, event: 'suspend' | 'resume' | 'delete') =>
  world.asOperator(contract.changeToken, {
    requestId: requestId(),
    tokenReference,
    event,
    reason: 'OTHER',
  });

async function shopSays(token: LiveToken): Promise<string | undefined> {
  await armPhone(phone, token.instanceAid);
  const fields = purchase(world.clock, token, await tapPhone(world.clock, phone));
  const verdict = await world.asNetwork(contract.verdict, { mti: '0200', fields });
  assert(!isRefused(verdict));
  return verdict.code;
}

describe('a new token', () => {
  test('is certified with its first loading, and a gate can authenticate it', async () => {
    const token = await activeToken(world, phone);
    assert.equal(await standingOf(token), 'active certified');
    assert.equal(await gateSees(world, phone, token), 'verified');
    assert.equal(await shopSays(token), undefined);
  });

  test('each has a certificate of its own; that of another token is refused', async () => {
    const first = await activeToken(world, phone);
    const second = await activeToken(world, phone, { card: CREDIT });
    assert.equal(await gateSees(world, phone, second), 'verified');
    const crossed = { instanceAid: second.instanceAid, number: first.number };
    assert.equal(await gateSees(world, phone, crossed), 'card: pan');
  });

  test('whose loading went out before there were certificates becomes active without', async () => {
    const before = world.again({ keys: keysOfBefore });
    const { tokenReference = '', enrolmentId } = await tokenised(before, phone);
    let answer = await answered(provisionRound(before, tokenReference));
    while (answer.step !== 'load') {
      assert(answer.step !== 'done');
      const answers = await runCommands(phone, answer.commands);
      answer = await answered(
        provisionRound(before, tokenReference, { step: answer.step, answers }),
      );
    }
    await asOfBefore(world);
    const answers = await runCommands(phone, answer.commands);
    await answered(provisionRound(world, tokenReference, { step: 'load', answers }));
    const token = { tokenReference, enrolmentId, instanceAid: answer.instanceAid } as LiveToken;
    assert.equal(await standingOf(token), 'active uncertified');
    assert.deepEqual(await certifyAll(token), ['open', 'load', 'done']);
    assert.equal(await standingOf(token), 'active certified');
  });
});

describe('a token from before there were certificates', () => {
  test('offers a gate nothing until it is certified; keys, counter and holder stay', async () => {
    const token = await oldToken();
    assert.equal(await gateSees(world, phone, token), 'not_offered');
    assert.equal(await standingOf(token), 'active uncertified');
    assert.equal(await shopSays(token), undefined);
    assert.deepEqual(await certifyAll(token), ['open', 'load', 'done']);
    assert.equal(await standingOf(token), 'active certified');
    assert.equal(await gateSees(world, phone, token), 'verified');
    assert.equal(await shopSays(token), undefined);
    // Four taps, the last but one of them at the gate: no counter was given back.
    assert.equal((await viewOf(token)).highestCounter, 4);
  });

  test('is one after the migration too, as it stood in the tables', async () => {
    const token = await oldToken();
    const { sql } = world.database;
    for (const undo of [
      'alter table tokens.token drop column certified',
      'alter table tokens.provisioning drop column certifies',
    ]) {
      await sql(undo);
    }
    const migration = readFileSync(
      new URL('./migrations/003_certificates.sql', import.meta.url),
      'utf8',
    );
    const statements = migration.replaceAll(/--.*$/gm, '').split(';');
    for (const statement of statements) if (statement.trim() !== '') await sql(statement);
    assert.equal(await standingOf(token), 'active uncertified');
    await certifyAll(token);
    assert.equal(await standingOf(token), 'active certified');
    assert.equal(await gateSees(world, phone, token), 'verified');
  });

  test('has it in its history, and its requestor is told nothing but the answer', async () => {
    const token = await oldToken();
    await world.settle();
    const told = world.wallet.told.length;
    await certifyAll(token);
    await world.settle();
    assert.equal(world.wallet.told.length, told);
    const { tokenReference } = token;
    const history = await world.asOperator(contract.tokenHistory, { tokenReference });
    assert(!isRefused(history));
    const { event, party, state } = history.lines.at(-1) ?? {};
    assert.deepEqual(
      { event, party, state },
      { event: 'certify', party: 'tokens', state: 'active' },
    );
    assert.equal(world.events.at(-1)?.type, 'token.certified');
  });

  test('agrees on keys anew where the element lost them', async () => {
    const token = await oldToken();
    await phone.host.close();
    phone.storage.restore({ ...phone.storage.snapshot(), securityDomain: undefined });
    phone = await phone.reopen();
    assert.deepEqual(await certifyAll(token), ['open', 'nonce', 'agree', 'open', 'load', 'done']);
    assert.equal(await gateSees(world, phone, token), 'verified');
  });
});

describe('the talk that brings certificates', () => {
  test('cut by a loss of power after any of its commands, the card taps on as before, and it can be begun again', async () => {
    const token = await oldToken();
    for (let cutAfter = 0, isWhole = false; !isWhole; cutAfter++) {
      isWhole = await runUntilCut(token, cutAfter);
      await phone.host.powerOff();
      assert.equal(await standingOf(token), 'active uncertified', `${cutAfter} commands`);
      // Until the last command has been taken nothing is changed; after it everything is.
      const expected = isWhole ? 'verified' : 'not_offered';
      assert.equal(await gateSees(world, phone, token), expected, `${cutAfter} commands`);
    }
    assert.deepEqual(await certifyAll(token), ['open', 'load', 'done']);
    assert.equal(await standingOf(token), 'active certified');
    assert.equal(await gateSees(world, phone, token), 'verified');
  });

  /** Begin, run so many commands, and bring nothing more back. True when those were all there are. */
  async function runUntilCut(token: LiveToken, cutAfter: number): Promise<boolean> {
    let left = cutAfter;
    let answer = await answered(certifyRound(token));
    for (;;) {
      const { commands, step } = answer;
      assert(step !== 'done');
      const answers = await runCommands(phone, commands.slice(0, left));
      if (left < commands.length) return false;
      left -= commands.length;
      if (step === 'load') return true;
      answer = await answered(certifyRound(token, { step, answers }));
    }
  }

  test('takes answers that came late, and the same round gets the same answer', async () => {
    const token = await oldToken();
    const load = await certifyUpTo(token, 'load');
    const answers = await runCommands(phone, load.commands);
    const cut: Round = { step: 'load', answers: answers.slice(0, 4) };
    await refusedBy(certifyRound(token, cut), 'personalisation.unknown_step');
    const both = await Promise.all([
      answered(certifyRound(token, { step: 'load', answers })),
      answered(certifyRound(token, { step: 'load', answers })),
    ]);
    assert.deepEqual(
      both.map(({ step, purpose }) => [step, purpose]),
      [
        ['done', 'certify'],
        ['done', 'certify'],
      ],
    );
    assert.equal(world.events.filter(({ type }) => type === 'token.certified').length, 1);
    assert.deepEqual(await answered(certifyRound(token)), both[0]);
  });

  test('a crash after the element has loaded everything: the next life takes the answers', async () => {
    const token = await oldToken();
    const load = await certifyUpTo(token, 'load');
    const answers = await runCommands(phone, load.commands);
    const { promise: died, resolve: die } = Promise.withResolvers<void>();
    const dying = world.again({
      sql: (text, values) => {
        if (!text.includes('update tokens.token')) return world.database.sql(text, values);
        die();
        return new Promise<never>(() => {});
      },
    });
    void dying.asWallet(contract.provision, {
      requestId: requestId(),
      tokenReference: token.tokenReference,
      purpose: 'certify',
      round: { step: 'load', answers },
    });
    await died;
    assert.equal(await standingOf(token), 'active uncertified');
    await answered(certifyRound(token, { step: 'load', answers }));
    assert.equal(await standingOf(token), 'active certified');
  });

  for (const step of ['open', 'load'] as const) {
    test(`an element that fails at step ${step} leaves the token active and uncertified, and may try again`, async () => {
      const token = await oldToken();
      await certifyUpTo(token, step);
      const failing: Round = { step, answers: ['6F00'] };
      await refusedBy(certifyRound(token, failing), 'personalisation.element_failed');
      assert.equal(await standingOf(token), 'active uncertified');
      assert.equal(await shopSays(token), undefined);
      await certifyAll(token);
      assert.equal(await gateSees(world, phone, token), 'verified');
    });
  }

  test('a response with a wrong MAC is such a failure', async () => {
    const token = await oldToken();
    const load = await certifyUpTo(token, 'load');
    const answers = await runCommands(phone, load.commands);
    answers[answers.length - 1] = `${'00'.repeat(8)}9000`;
    const forged: Round = { step: 'load', answers };
    await refusedBy(certifyRound(token, forged), 'personalisation.element_failed');
    assert.equal(await standingOf(token), 'active uncertified');
  });

  test('waits while the token is suspended, at every step, and goes on after it', async () => {
    const token = await oldToken();
    const load = await certifyUpTo(token, 'load');
    const answers = await runCommands(phone, load.commands);
    await changeIt(token, 'suspend');
    await refusedBy(certifyRound(token), 'token.suspended');
    await refusedBy(certifyRound(token, { step: 'load', answers }), 'token.suspended');
    await changeIt(token, 'resume');
    await answered(certifyRound(token, { step: 'load', answers }));
    assert.equal(await standingOf(token), 'active certified');
    await changeIt(token, 'suspend');
    assert.equal((await answered(certifyRound(token))).step, 'done');
  });

  test('suspending and the last round at once: nothing is lost, whoever is first', async () => {
    const token = await oldToken();
    const load = await certifyUpTo(token, 'load');
    const answers = await runCommands(phone, load.commands);
    await Promise.all([changeIt(token, 'suspend'), certifyRound(token, { step: 'load', answers })]);
    assert.equal((await viewOf(token)).state, 'suspended');
    await changeIt(token, 'resume');
    await answered(certifyRound(token, { step: 'load', answers }));
    assert.equal(await standingOf(token), 'active certified');
  });

  test('is not for a token that is not active yet, nor for one that is deleted', async () => {
    const { tokenReference = '' } = await tokenised(world, phone);
    await refusedBy(certifyRound({ tokenReference } as LiveToken), 'token.inactive');
    const token = await oldToken({ card: CREDIT });
    await certifyUpTo(token, 'load');
    await changeIt(token, 'delete');
    await refusedBy(certifyRound(token), 'token.deleted');
    await refusedBy(certifyRound(token, { step: 'load', answers: [] }), 'token.deleted');
    assert.deepEqual((await provisionAll(world, phone, token.tokenReference)).steps, [
      'open',
      'load',
      'done',
    ]);
    const selected = await phone.host.wired(fromHex(`00A404000A${token.instanceAid}00`));
    assert.equal(toHex(selected), '6A82');
  });

  test('a round without the purpose is about personalising, which was done', async () => {
    const token = await oldToken();
    await certifyUpTo(token, 'open');
    const plain = await answered(provisionRound(world, token.tokenReference));
    assert.deepEqual([plain.step, plain.purpose], ['done', 'personalise']);
    const answers = ['9000', '9000'];
    await refusedBy(
      provisionRound(world, token.tokenReference, { step: 'open', answers }),
      'personalisation.unknown_step',
    );
    assert.equal(await standingOf(token), 'active uncertified');
  });
});
