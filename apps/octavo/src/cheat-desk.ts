/**
 * Plays cheats on a running world, one at a time, with people of its own: a holder with a fresh card on a phone, and a
 * terminal that lies. They stay from one cheat to the next, and are replaced when the world has moved on under them.
 */
import {
  type CancelSignal,
  type InstantMs,
  LinkDown,
  type TraceEvent,
} from '@octavo/domain/ports.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { addCard, freshNumber, mobileOf, newHandset, printCard } from './actors.ts';
import { propsOf } from './cheat-props.ts';
import {
  type Cheat,
  type CheatResult,
  cheats,
  isAsExpected,
  type Props,
  TapFailed,
} from './cheats.ts';
import { type CrookedTerminal, openCrookedTerminal } from './crooked-terminal.ts';
import { JourneyRefused, openInbox } from './phone.ts';
import type { Stage } from './stage.ts';

/** A cheat that was played. */
export type PlayedCheat = CheatResult & {
  readonly cheat: Cheat;
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

/** Open the desk; its people are made when the first cheat is played. */
export function openCheatDesk(stage: Stage, closing: CancelSignal): CheatDesk {
  let kept: Cast | undefined;
  let underWay: AbortController | undefined;
  closing.addEventListener('abort', () => underWay?.abort());

  /** Play once. Whoever took part in a play that failed does not play again. */
  const playOnce = async (cheat: Cheat, stop: AbortSignal): Promise<PlayedCheat> => {
    const before = kept;
    kept = undefined;
    const cast = isFresh(before, stage) ? before : await makeCast(stage);
    if (cast !== before) before?.props.crook.close();
    const leave = () => cast.props.crook.close();
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
  /** People that were kept may fail by what became of them meanwhile; what becomes of fresh ones counts. */
  const play = async (cheat: Cheat, stop: AbortSignal): Promise<PlayedCheat | Refused> => {
    const wereKept = kept !== undefined;
    const first = await unlessSpoilt(() => playOnce(cheat, stop));
    if (!wereKept || stop.aborted || ('asExpected' in first && first.asExpected)) return first;
    return unlessSpoilt(() => playOnce(cheat, stop));
  };
  return {
    play: async (name) => {
      const cheat = cheats.find((one) => one.name === name);
      if (cheat === undefined) return refused('request.malformed', { field: 'name' });
      if (underWay !== undefined) return refused('busy');
      const stop = new AbortController();
      underWay = stop;
      const late = stage.clock.sleep(CHEAT_LIMIT_MS, stop.signal).then(() => undefined);
      try {
        const played = await Promise.race([play(cheat, stop.signal), late]);
        return played ?? refused('unavailable');
      } finally {
        underWay = undefined;
        stop.abort();
      }
    },
  };
}

/** Sessions and keys of a day ago need not be good any more. */
const CAST_KEPT_MS = 24 * 60 * 60 * 1000;

type Cast = {
  readonly props: Props;
  readonly madeAtMs: InstantMs;
  /** The retrieval references that were answered. */
  readonly heard: Set<string>;
};

function isFresh(cast: Cast | undefined, { clock }: Stage): cast is Cast {
  return cast !== undefined && clock.nowMs() - cast.madeAtMs < CAST_KEPT_MS;
}

/** A lying terminal, and a holder with a fresh card on a phone. */
async function makeCast(stage: Stage): Promise<Cast> {
  const heard = new Set<string>();
  const card = await printCard(stage, freshNumber(stage.random));
  const mobile = mobileOf(card.pan);
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile);
  const { tokenReference, instanceAid } = await addCard(handset, card);
  const crook = overheard(await openCrookedTerminal(stage), heard);
  const ear = await earFor(stage, crook, heard);
  const victim = { handset, card, inbox, mobile, tokenReference, instanceAid };
  return { props: propsOf(stage, crook, victim, ear), madeAtMs: stage.clock.nowMs(), heard };
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
