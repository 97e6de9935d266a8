/**
 * Journeys of a running world: an approved tap, a declined one, one that wants its holder first, one without an answer
 * that is taken back, and a cheat, as the page that explains them reads them.
 */
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { JourneyEvent } from '@octavo/lib/journey/event.ts';
import { explainJourney, nodesOf } from '@octavo/lib/journey/explain.ts';
import { groupJourneys } from '@octavo/lib/journey/group.ts';
import type { Journey } from '@octavo/lib/journey/head.ts';
import { bankLens, lensesOf, merchantLens } from '@octavo/lib/journey/lens.ts';
import { linked } from '@octavo/lib/journey/linked.ts';
import { chineseName, chineseSaying } from '@octavo/lib/journey/names.ts';
import { proofOf } from '@octavo/lib/journey/proof.ts';
import type { Span } from '@octavo/lib/journey/span.ts';
import { CHECKS } from '@octavo/lib/journey/words.ts';
import * as terminal from '@octavo/services/terminal';
import { addCard, newHandset } from './actors.ts';
import { expectDone, openInbox } from './phone.ts';
import { showJson } from './show-json.ts';
import {
  clockAt,
  confirmAndPay,
  freshMobile,
  freshNumberOf,
  openTestWorld,
  payWith,
  printFor,
  type SteppedClock,
  setUpTerminal,
  type TestWorld,
} from './stage.fixture.ts';
import { playStory } from './story.ts';

/** Past every time limit of a payment. */
const PAST_ALL_LIMITS_MS = 61_000;

/** The published master key of worlds with known keys: cryptograms sheet, section 9. */
const KNOWN_KEYS = { '01': fromHex('0123456789ABCDEF23456789ABCDEF01') };

type Scene = {
  readonly open: TestWorld;
  readonly events: readonly JourneyEvent[];
  readonly journeys: readonly Journey[];
  readonly pans: readonly string[];
};

async function playScene(): Promise<Scene> {
  const clock = clockAt('2026-11-22', '10:00:00');
  const open = await openTestWorld({ clock, knownKeys: true });
  const { stage, world } = open;
  // The stage joins phone and terminal without a field of its own to listen to, so the element tells.
  const hear = world.events.traceFor('element', clock);
  await setUpTerminal(stage);
  const mobile = freshMobile();
  const inbox = await openInbox(stage.fetch, clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile, ({ type, detail }) => hear(type, detail));
  const good = await printFor(stage, mobile, { behaviour: 'green' });
  const { instanceAid } = await addCard(handset, good);
  equal((await confirmAndPay(stage, handset, instanceAid, 2850)).outcome, 'approved');
  equal((await confirmAndPay(stage, handset, instanceAid, 90_000_000)).outcome, 'declined');
  equal((await payWith(stage, handset, 1200)).outcome, 'see_phone');
  const silent = await printFor(stage, mobile, { behaviour: 'no_answer' });
  const second = await addCard(handset, silent);
  const paying = confirmAndPay(stage, handset, second.instanceAid, 1200);
  await until(clock, () =>
    world.events.events(0).some(({ event }) => event.type === 'issuer.answer_withheld'),
  );
  clock.step(PAST_ALL_LIMITS_MS);
  equal((await paying).outcome, 'reversed');
  await until(clock, async () => {
    const { payments } = expectDone(await stage.operator(terminal.journal, {}));
    const isPosted = world.events.events(0).some(({ event }) => event.detail.kind === 'reversal');
    return isPosted && payments.every(({ state }) => state !== 'reversing');
  });
  const events = eventsOf(world);
  return { open, events, journeys: groupJourneys(events), pans: [good.pan, silent.pan] };
}

function eventsOf(world: TestWorld['world']): readonly JourneyEvent[] {
  return world.events.events(0).map(({ sequence, event }) => ({ sequence, ...event }));
}

async function until(clock: SteppedClock, holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await clock.sleep(5);
}

function spansIn(span: Span): readonly Span[] {
  return [span, ...span.children.flatMap(spansIn)];
}

describe('four taps of one phone', () => {
  let scene: Scene;
  before(async () => {
    scene = await playScene();
  });
  after(() => scene.open.world.close());

  const outcome = (wanted: Journey['outcome']): Journey => {
    const journey = scene.journeys.find((one) => one.outcome === wanted);
    ok(journey, wanted);
    return journey;
  };
  const explainedTaps = () => scene.journeys.map(explainJourney);
  const allSpans = () =>
    explainedTaps().flatMap((one) =>
      nodesOf(one).flatMap(({ parts }) => parts.flatMap(({ tree }) => spansIn(tree))),
    );

  test('are four journeys, and every exchange and message about money is in one of them', () => {
    deepEqual(
      scene.journeys.map(({ outcome: own, code }) => [own, code]),
      [
        ['approved', undefined],
        ['declined', 'issuer.limit_exceeded'],
        ['see_phone', undefined],
        ['reversed', 'acquirer.no_answer'],
      ],
    );
    const taken = new Set(scene.journeys.flatMap(({ events }) => events));
    const wanted = scene.events.filter(
      ({ type, detail }) =>
        (type === 'apdu' && detail.interface === 'air') ||
        /^(tap|ledger|issuer\.decision|receipt|terminal\.outcome)/.test(type) ||
        (type === 'iso8583' && /^0[24]/.test(String(detail.mti))),
    );
    deepEqual(
      wanted.filter((event) => !taken.has(event)),
      [],
    );
  });

  test('have no byte without a name', () => {
    for (const { namelessBytes, journey } of explainedTaps()) equal(namelessBytes, 0, journey.id);
    const bytes = explainedTaps().map((one) =>
      nodesOf(one).reduce(
        (sum, { parts }) => sum + parts.reduce((all, part) => all + part.byteCount, 0),
        0,
      ),
    );
    ok(Math.min(...bytes) > 150 && Math.max(...bytes) > 3_000, String(bytes));
  });

  test('have Chinese for every name and every saying', () => {
    for (const { name, decoded, tag, value, bits } of allSpans()) {
      ok(chineseName(name.en), name.en);
      for (const { words } of bits) ok(chineseSaying(words.en), words.en);
      // What people wrote themselves is the same in every language.
      if (decoded.en !== value.trim() && !['50', 'DE43.1', 'DE43.2'].includes(tag)) {
        ok(isText(decoded.en) || chineseSaying(decoded.en), `${name.en}: ${decoded.en}`);
      }
    }
  });

  test('show every check of the token service in its order', () => {
    const checked = nodesOf(explainJourney(outcome('approved'))).find(
      ({ kind }) => kind === 'checks',
    );
    deepEqual(
      checked?.checks.map(({ name }) => name),
      Object.keys(CHECKS),
    );
    for (const { outcome: held, compared, name } of checked?.checks ?? []) {
      equal(held, 'held', name);
      ok(chineseSaying(compared.en), compared.en);
    }
  });

  test('end where they ended: what lies beyond was not reached', () => {
    const missing = (wanted: Journey['outcome']) =>
      nodesOf(explainJourney(outcome(wanted)))
        .filter(({ isReached }) => !isReached)
        .map(({ step }) => step);
    deepEqual(missing('approved'), []);
    deepEqual(missing('declined'), ['posted']);
    deepEqual(missing('see_phone').slice(0, 3), ['asked', 'withToken', 'checked']);
    deepEqual(missing('reversed'), []);
  });

  test('a payment taken back has its reversal, the ledger’s way back and the late answer after it', () => {
    const legs = explainJourney(outcome('reversed')).legs;
    const steps = legs.find(({ name }) => name === 'after')?.nodes.map(({ step }) => step) ?? [];
    for (const wanted of ['reversal', 'reversalAnswer', 'takenBack', 'networkAnswer']) {
      ok(steps.includes(wanted), wanted);
    }
    ok(outcome('reversed').laps.some(({ stretch, ms }) => stretch === 'back' && ms >= 60_000));
  });

  test('the lenses do not leak: no card at the merchant, four digits of it at the bank', () => {
    for (const journey of scene.journeys) {
      const shown = JSON.stringify([merchantLens(journey), bankLens(journey)]);
      const explained = JSON.stringify(explainJourney(journey).legs, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      for (const pan of scene.pans) {
        ok(!shown.includes(pan.slice(0, 8)) && !explained.includes(pan), journey.id);
        ok(!JSON.stringify(merchantLens(journey)).includes(pan.slice(-4)), journey.id);
      }
      equal(merchantLens(journey).card, undefined);
    }
    const facts = lensesOf(outcome('approved'));
    const [pan = ''] = scene.pans;
    const card = facts.find(({ key }) => key === 'card');
    deepEqual([card?.merchant, card?.bank?.en], [undefined, `•• ${pan.slice(-4)}`]);
    const token = outcome('approved').tokenLastFour;
    for (const side of ['merchant', 'bank'] as const) {
      equal(facts.find(({ key }) => key === 'token')?.[side]?.en, `•• ${token}`);
    }
    equal(facts.find(({ key }) => key === 'tokenCheck')?.bank?.en, 'yes (1)');
  });

  test('the bank’s line shows of the card only what its trace left, byte for byte', () => {
    const withCard = nodesOf(explainJourney(outcome('approved'))).find(
      ({ step }) => step === 'withCard',
    );
    const [part] = withCard?.parts ?? [];
    const number = part && spansIn(part.tree).find(({ tag }) => tag === 'DE2');
    match(number?.value ?? '', /^•••• \d{4}$/);
    const hex = part?.hex.slice((number?.start ?? 0) * 2, 2 * ((number?.start ?? 0) + 18)) ?? '';
    ok(hex.includes('2A'.repeat(6)));
  });

  test('the proof of each is recomputed from published keys and is the phone’s own', () => {
    for (const journey of scene.journeys) {
      const proof = proofOf(journey, KNOWN_KEYS);
      if (journey.outcome === 'see_phone') equal(proof, undefined);
      else deepEqual([proof?.isPhones, proof?.computed], [true, proof?.cryptogram]);
    }
  });

  test('values are linked, and nothing but what is meant differs', () => {
    const journey = outcome('approved');
    const { links, cause } = linked(explainJourney(journey), proofOf(journey));
    equal(cause, undefined);
    for (const { id, values } of links) equal(values.length, 1, id);
    const amount = links.find(({ id }) => id === 'amount')?.places ?? [];
    deepEqual([...new Set(amount.map(({ kind }) => kind))], ['bytes', 'check', 'proof']);
    const declined = outcome('declined');
    deepEqual(linked(explainJourney(declined)).cause?.links, ['amount']);
    const held = explainJourney(outcome('see_phone'));
    deepEqual(linked(held).cause?.links, ['status 6986']);
  });

  test('come apart when their events lie between each other', () => {
    const on = (air: string, journey: Journey): readonly JourneyEvent[] =>
      journey.events.map((event) =>
        event.type === 'apdu' ? { ...event, detail: { ...event.detail, air } } : event,
      );
    const one = on('air 1', outcome('approved'));
    const two = on('air 2', outcome('reversed'));
    const shuffled = Array.from({ length: Math.max(one.length, two.length) }, (_, at) => [
      two[at],
      one[at],
    ])
      .flat()
      .filter((event) => event !== undefined)
      .map((event, at) => ({ ...event, sequence: at + 1 }));
    const apart = groupJourneys(shuffled);
    deepEqual(
      apart.map(({ outcome: own, events }) => [own, events.length]),
      [
        ['reversed', two.length],
        ['approved', one.length],
      ],
    );
  });

  test('a cheat is a journey with its cause: the amount that was changed on the way', async () => {
    const { stage, world } = scene.open;
    const options = {
      number: freshNumberOf('debit'),
      amountMinor: 2850n,
      currency: '156',
      merchant: 'Lane Coffee',
      everyByte: false,
      withCheats: true,
      elapsedMs: () => 0,
    };
    const nobody = showJson(() => undefined);
    equal(await playStory(stage, options, nobody), true);
    const journeys = groupJourneys(eventsOf(world));
    const codes = journeys.map(({ code }) => code);
    for (const code of ['tap.replayed', 'tap.clone_proved', 'terminal.mac_wrong']) {
      ok(codes.includes(code), code);
    }
    const changed = journeys.find(({ code }) => code === 'tap.amount_differs');
    ok(changed);
    const explained = explainJourney(changed);
    equal(explained.namelessBytes, 0);
    const { cause, links } = linked(explained, proofOf(changed));
    deepEqual([cause?.check, cause?.links], ['amount', ['amount']]);
    deepEqual(links.find(({ id }) => id === 'amount')?.values.length, 2);
    for (const journey of journeys) {
      for (const { checks } of nodesOf(explainJourney(journey))) {
        for (const { compared } of checks)
          notEqual(chineseSaying(compared.en), undefined, compared.en);
      }
    }
  });
});

/** What stands for itself: an empty saying, or one that has no words. */
function isText(saying: string): boolean {
  return !/[a-z]{2}/.test(saying);
}
