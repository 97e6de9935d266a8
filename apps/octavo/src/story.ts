/** The story of one purchase: enrol, verify, tokenise, personalise, arm, tap, ask, decide, post; then the cheats. */
import { cardRanges, institutions } from '@octavo/domain/demo.ts';
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { isRefusalCode, type RefusalCode } from '@octavo/domain/refusal.ts';
import * as terminal from '@octavo/services/terminal';
import * as tokens from '@octavo/services/tokens';
import { confirmHolder, freshNumber, mobileOf, newHandset, printCard } from './actors.ts';
import { isAsExpected } from './cheat.ts';
import { propsOf, type Victim } from './cheat-props.ts';
import { cheats } from './cheats.ts';
import { openCrookedTerminal } from './crooked-terminal.ts';
import { type Ear, openEar } from './ear.ts';
import { hurried } from './hurry.ts';
import { type Piece, piece } from './paint.ts';
import { expectDone, JourneyRefused, newId, openInbox } from './phone.ts';
import { checkPublished } from './published.ts';
import type { Show } from './show.ts';
import type { Stage } from './stage.ts';
import { lastFour, tellPayment } from './tell.ts';

/** What the reader chose. */
export type StoryOptions = {
  /** The card; undefined draws a fresh number of the demo bank. */
  readonly number: string | undefined;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly merchant: string;
  /** Every byte and field instead of those that matter. */
  readonly everyByte: boolean;
  readonly withCheats: boolean;
  /** Milliseconds since the command began, for the times at the right. */
  readonly elapsedMs: () => number;
};

/** Play the story on a stage. Resolves to whether everything went as it should. */
export async function playStory(stage: Stage, options: StoryOptions, show: Show): Promise<boolean> {
  const ear = await openEar(stage, show);
  const ending = await playActs(stage, options, show, ear);
  await ear.take();
  show.end({ ...ending, tookMs: options.elapsedMs() });
  return ending.ok;
}

type Acts = {
  ok: boolean;
  approved: boolean;
  cheatsRefused: number;
  cheatsPassed: number;
  code?: RefusalCode | undefined;
  retrievalReference?: string | undefined;
};

async function playActs(stage: Stage, options: StoryOptions, show: Show, ear: Ear): Promise<Acts> {
  const nothing = { ok: false, approved: false, cheatsRefused: 0, cheatsPassed: 0 };
  try {
    const cast = await addTheCard(stage, options, show, ear);
    const paid = await payOnce(stage, options, show, ear, cast);
    if (!paid.approved || !options.withCheats) return { ...nothing, ...paid, ok: paid.approved };
    const played = await playCheats(stage, show, ear, cast);
    const agreed = tellPublished(show);
    return { ...paid, ...played, ok: played.cheatsPassed === 0 && agreed };
  } catch (error) {
    if (!(error instanceof JourneyRefused)) throw error;
    await ear.take();
    show.refusal(error.code);
    return { ...nothing, code: error.code };
  }
}

async function addTheCard(
  stage: Stage,
  options: StoryOptions,
  show: Show,
  ear: Ear,
): Promise<Victim> {
  const timed = timer(options.elapsedMs);
  const number = options.number ?? freshNumber(stage.random);
  const card = await printCard(stage, number);
  const mobile = mobileOf(number);
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile, ear.hear);
  const { phone } = handset;
  timed();
  let enrolment = await phone.enrol(card);
  await ear.take();
  const kind = cardRanges.find((range) => number.startsWith(range.bin))?.kind ?? 'card';
  show.step(
    {
      number: 1,
      name: 'enrol',
      subject: [piece(`${institutions.issuer.en}, ${kind} `), lastFour(enrolment.cardLastFour)],
      result: colourWords(enrolment.colour),
      tookMs: timed(),
    },
    [],
  );
  if (enrolment.state === 'code_awaited') {
    enrolment = await phone.verify(enrolment, await phone.readCode());
    await ear.take();
    show.step(
      {
        number: 2,
        name: 'verify',
        subject: [piece('code from the bank’s message')],
        result: [piece('right, try 1 of 3')],
        tookMs: timed(),
      },
      [],
    );
  }
  const { tokenReference } = enrolment;
  if (tokenReference === undefined) throw new Error('the enrolment has no token');
  const view = expectDone(await stage.operator(tokens.token, { tokenReference }));
  show.step(
    {
      number: 3,
      name: 'token',
      subject: [
        lastFour(view.tokenLastFour),
        piece('   PAR '),
        piece(`${view.accountReference.slice(0, 4)}…${view.accountReference.slice(-4)}`, 'who'),
      ],
      result: [
        piece(`${view.state}, until ${view.tokenExpiry.slice(2)}/${view.tokenExpiry.slice(0, 2)}`),
      ],
      tookMs: timed(),
    },
    [],
  );
  const { instanceAid, commands } = await phone.personalise(tokenReference);
  await ear.take();
  show.step(
    {
      number: 4,
      name: 'personalise',
      subject: [piece(`SCP03, ${commands} commands`)],
      result: [piece('active, keys sealed in the element')],
      tookMs: timed(),
    },
    [],
  );
  return { handset, card, inbox, mobile, tokenReference, instanceAid };
}

const FIELD = 'story';

async function payOnce(
  stage: Stage,
  options: StoryOptions,
  show: Show,
  ear: Ear,
  cast: Victim,
): Promise<{
  approved: boolean;
  code?: RefusalCode | undefined;
  retrievalReference?: string | undefined;
}> {
  const timed = timer(options.elapsedMs);
  const { handset } = cast;
  const merchant = { name: options.merchant, city: 'BEIJING', category: '5814' };
  expectDone(await stage.operator(terminal.setUp, { merchant }));
  await ear.take();
  timed();
  await confirmHolder(handset, cast.instanceAid);
  await ear.take();
  show.step(
    {
      number: 5,
      name: 'arm',
      subject: [piece('passkey over the element’s challenge')],
      result: [piece('holder verified, one tap, 60 s')],
      tookMs: timed(),
    },
    [],
  );
  stage.setAir(FIELD, handset.host.air);
  const paying = stage.operator(terminal.pay, {
    requestId: newId(stage.random),
    amountMinor: Number(options.amountMinor),
    currency: options.currency,
    air: FIELD,
  });
  const answer = expectDone(await hurried(stage, show, paying));
  stage.setAir(FIELD, undefined);
  const events = await ear.take();
  const tookMs = timed();
  tellPayment(show, options, events, answer, tookMs);
  const approved = answer.outcome === 'approved';
  const code = approved ? undefined : (codeIn(events) ?? answer.code);
  if (code !== undefined) show.refusal(code);
  return { approved, code, retrievalReference: answer.receipt?.retrievalReference };
}

async function playCheats(
  stage: Stage,
  show: Show,
  ear: Ear,
  cast: Victim,
): Promise<{ cheatsRefused: number; cheatsPassed: number }> {
  show.heading(['cheats', 'refused by', 'because']);
  const crook = await openCrookedTerminal(stage);
  const props = propsOf(stage, crook, cast, ear);
  let cheatsRefused = 0;
  let cheatsPassed = 0;
  for (const cheat of cheats) {
    const result = await cheat.play(props);
    await ear.take();
    const asExpected = isAsExpected(cheat, result);
    if (asExpected) cheatsRefused++;
    else cheatsPassed++;
    show.cheat({ name: cheat.name, ...result, asExpected });
  }
  crook.close();
  return { cheatsRefused, cheatsPassed };
}

/** What outsiders published, by the functions that the services just used. */
function tellPublished(show: Show): boolean {
  show.heading(['published', 'by the same functions', '']);
  const checks = checkPublished();
  for (const check of checks) show.published(check);
  return checks.every((check) => check.holds);
}

/** The precise code of a refusal that a service told. */
function codeIn(events: readonly TraceEvent[]): RefusalCode | undefined {
  const codes = events.map((event) => String(event.detail.code ?? ''));
  return codes.find(isRefusalCode);
}

function colourWords(colour: 'green' | 'yellow'): readonly Piece[] {
  return colour === 'green'
    ? [piece('green', 'ok'), piece(', no code needed')]
    : [piece('yellow', 'money'), piece(', the bank wants a code')];
}

/** Milliseconds since it was asked last. */
function timer(elapsedMs: () => number): () => number {
  let last = elapsedMs();
  return () => {
    const before = last;
    last = elapsedMs();
    return last - before;
  };
}
