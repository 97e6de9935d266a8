/**
 * Plays cheats on a running world, one at a time, with people of its own: a holder with a fresh card on a phone and a
 * terminal that lies, or a rider, a gate and a line that does. They stay from one cheat to the next, and are replaced
 * when the world has moved on under them.
 */
import {
  type CancelSignal,
  type InstantMs,
  LinkDown,
  type TraceEvent,
} from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { addCard, freshNumber, mobileOf, newHandset, printCard } from './actors.ts';
import {
  type CheatFace,
  type CheatResult,
  type CheatWith,
  isAsExpected,
  TapFailed,
} from './cheat.ts';
import { propsOf } from './cheat-props.ts';
import { cheats, type Props } from './cheats.ts';
import { type CrookedTerminal, openCrookedTerminal } from './crooked-terminal.ts';
import { gateCheats } from './gate-cheats.ts';
import { type GateProps, openGateProps } from './gate-props.ts';
import { JourneyRefused, openInbox } from './phone.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';
import { stageOf } from './world-stage.ts';

/** A cheat that was played. */
export type PlayedCheat = CheatResult & {
  readonly cheat: CheatFace;
  readonly asExpected: boolean;
  /** DE37 of the payments that were asked for on the way, in order. */
  readonly retrievalReferences: readonly string[];
};

/** The desk. */
export type CheatDesk = {
  /** Play one; refused as `busy` while another is played, or by what stands in its way. */
  play(name: string): Promise<PlayedCheat | Refused>;
};

/** How long a cheat may take, the making of its people included. */
export const CHEAT_LIMIT_MS = 65_000;

/** Open the desk; its people are made when the first cheat of their kind is played. */
export function openCheatDesk(world: World): CheatDesk {
  const stage = stageOf(world);
  const companies = [
    openCompany(stage, world.closing, cheats, () => makeCast(stage)),
    openCompany(stage, world.closing, gateCheats, () => makeGateCast(world)),
  ];
  let underWay: AbortController | undefined;
  world.closing.addEventListener('abort', () => underWay?.abort());
  return {
    play: async (name) => {
      const company = companies.find(({ has }) => has(name));
      if (company === undefined) return refused('request.malformed', { field: 'name' });
      if (underWay !== undefined) return refused('busy');
      const stop = new AbortController();
      underWay = stop;
      const late = stage.clock.sleep(CHEAT_LIMIT_MS, stop.signal).then(() => undefined);
      try {
        const played = await Promise.race([company.play(name, stop.signal), late]);
        return played ?? refused('unavailable');
      } finally {
        underWay = undefined;
        stop.abort();
      }
    },
  };
}

/** Cheats of one kind, and the people who play them. */
type Company = {
  has(name: string): boolean;
  play(name: string, stop: AbortSignal): Promise<PlayedCheat | Refused>;
};

/** Those who play in one company; `leave` ends what they hold. */
type Cast<With> = {
  readonly props: With;
  readonly madeAtMs: InstantMs;
  /** The retrieval references that were answered. */
  readonly heard: Set<string>;
  leave(): void;
};

function openCompany<With>(
  { clock }: Stage,
  closing: CancelSignal,
  table: readonly CheatWith<With>[],
  make: () => Promise<Cast<With>>,
): Company {
  let kept: Cast<With> | undefined;
  closing.addEventListener('abort', () => kept?.leave());

  /** Play once. Whoever took part in a play that failed does not play again. */
  const playOnce = async (cheat: CheatWith<With>, stop: AbortSignal): Promise<PlayedCheat> => {
    const before = kept;
    kept = undefined;
    const isFresh = before !== undefined && clock.nowMs() - before.madeAtMs < CAST_KEPT_MS;
    const cast = isFresh ? before : await make();
    if (cast !== before) before?.leave();
    const leave = () => cast.leave();
    stop.addEventListener('abort', leave);
    try {
      cast.heard.clear();
      const result = await cheat.play(cast.props);
      const asExpected = isAsExpected(cheat, result);
      if (asExpected && !stop.aborted) kept = cast;
      return { ...result, cheat, asExpected, retrievalReferences: [...cast.heard] };
    } finally {
      stop.removeEventListener('abort', leave);
      if (kept !== cast) leave();
    }
  };
  return {
    has: (name) => table.some((cheat) => cheat.name === name),
    /** People that were kept may fail by what became of them meanwhile; what becomes of fresh ones counts. */
    play: async (name, stop) => {
      const cheat = table.find((one) => one.name === name);
      if (cheat === undefined) return refused('request.malformed', { field: 'name' });
      const wereKept = kept !== undefined;
      const first = await unlessSpoilt(() => playOnce(cheat, stop));
      if (!wereKept || stop.aborted || ('asExpected' in first && first.asExpected)) return first;
      return unlessSpoilt(() => playOnce(cheat, stop));
    },
  };
}

/** Sessions and keys of a day ago need not be good any more. */
const CAST_KEPT_MS = 24 * 60 * 60 * 1000;

/** A lying terminal, and a holder with a fresh card on a phone. */
async function makeCast(stage: Stage): Promise<Cast<Props>> {
  const heard = new Set<string>();
  const card = await printCard(stage, freshNumber(stage.random));
  const mobile = mobileOf(card.pan);
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile);
  const { tokenReference, instanceAid } = await addCard(handset, card);
  const crook = overheard(await openCrookedTerminal(stage), heard);
  const ear = await earFor(stage, crook, heard);
  const victim = { handset, card, inbox, mobile, tokenReference, instanceAid };
  const props = propsOf(stage, crook, victim, ear);
  return { props, madeAtMs: stage.clock.nowMs(), heard, leave: () => crook.close() };
}

/** A rider, a gate, and all that lies about them. */
async function makeGateCast(world: World): Promise<Cast<GateProps>> {
  const props = await openGateProps(world);
  const leave = () => void props.close();
  return { props, madeAtMs: world.clock.nowMs(), heard: props.heard, leave };
}

/** The terminal, and note of every retrieval reference that it is answered. */
function overheard(crook: CrookedTerminal, heard: Set<string>): CrookedTerminal {
  const note = (reference: string | undefined) => {
    if (reference !== undefined) heard.add(reference);
  };
  return {
    ...crook,
    send: async (fields, options) => {
      const sent = await crook.send(fields, options);
      note(sent.answer[37]);
      return sent;
    },
    sendAgain: async (message) => {
      const answer = await crook.sendAgain(message);
      note(answer[37]);
      return answer;
    },
  };
}

/** Hears what the services tell of this terminal's payments; others pay in the same world. */
async function earFor(stage: Stage, { terminalId }: CrookedTerminal, heard: ReadonlySet<string>) {
  let after = (await stage.eventsAfter(0)).at(-1)?.sequence ?? 0;
  const isOurs = ({ detail }: TraceEvent) =>
    detail.terminalId === terminalId || heard.has(String(detail.retrievalReference));
  return {
    take: async (): Promise<readonly TraceEvent[]> => {
      const told = await stage.eventsAfter(after);
      after = told.at(-1)?.sequence ?? after;
      return told.map(({ event }) => event).filter(isOurs);
    },
  };
}

/** What is played, or the refusal that stood in its way: a service, a line, or a card that somebody changed. */
async function unlessSpoilt(play: () => Promise<PlayedCheat>): Promise<PlayedCheat | Refused> {
  try {
    return await play();
  } catch (error) {
    if (error instanceof JourneyRefused) return error.refusal;
    if (error instanceof LinkDown || error instanceof TapFailed) return refused('unavailable');
    throw error;
  }
}
