/** From what the services told to the lines a reader sees: wires, fields and checks. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import {
  type Explained,
  explainMessage,
  explainSession,
  leaves,
  rows,
} from '@octavo/lib/explain/explain.ts';
import { type Piece, piece } from './paint.ts';
import type { Detail } from './show.ts';

/** The data objects of a tap that are worth a line each, with names that fit their column. */
const TOLD_OBJECTS: Readonly<Record<string, string>> = {
  '9F02': 'amount, authorised',
  '9F37': 'unpredictable number',
  '9F36': 'transaction counter',
  CVR: 'verification results',
  '9F6C': 'qualifiers to the reader',
  '9F26': 'cryptogram',
};

/** The data elements of a message that are worth a line each. */
const TOLD_ELEMENTS: Readonly<Record<string, string>> = {
  DE2: 'token',
  DE4: 'amount',
  DE7: 'transmission time',
  DE11: 'trace number',
  DE22: 'entry mode',
  DE37: 'retrieval reference',
  DE49: 'currency',
  DE55: 'chip data',
  DE90: 'original data',
};

/** Numbers that stand for the token: a reader sees their last four digits unless every byte was asked for. */
const TOKEN_NUMBERS = ['DE2', '57', '5A', 'DE35'];

/** Every exchange of a tap, decoded; with `everyByte` all fields of each. */
export function narrateTap(events: readonly TraceEvent[], everyByte: boolean): readonly Detail[] {
  const exchanges = events.map(({ detail }) => ({
    command: fromHex(String(detail.command)),
    response: fromHex(String(detail.response)),
  }));
  return explainSession(exchanges).flatMap(({ command, response }) => [
    wire(true, command, everyByte),
    ...fields(command, everyByte, TOLD_OBJECTS),
    wire(false, response, everyByte),
    ...fields(response, everyByte, TOLD_OBJECTS),
  ]);
}

/** One message, decoded; with `everyByte` all of its data elements. */
export function narrateMessage(event: TraceEvent, everyByte: boolean): readonly Detail[] {
  const dialect = event.detail.dialect === 'pos' ? 'pos' : 'cups';
  const explained = explainMessage(dialect, fromHex(String(event.detail.message)));
  return fields(explained, everyByte, TOLD_ELEMENTS);
}

/** The checks of a verdict, in the order they ran, and the first that broke. */
export function narrateChecks(event: TraceEvent): {
  readonly details: readonly Detail[];
  readonly held: number;
  readonly total: number;
  readonly broken: string | undefined;
} {
  const checks = event.detail.checks as readonly {
    readonly name: string;
    readonly outcome: 'held' | 'broken' | 'not_run';
    readonly compared: string;
  }[];
  const ran = checks.filter((check) => check.outcome !== 'not_run');
  return {
    details: ran.map(({ name, outcome, compared }) => ({
      kind: 'check',
      held: outcome === 'held',
      name,
      compared,
    })),
    held: checks.filter((check) => check.outcome === 'held').length,
    total: checks.length,
    broken: checks.find((check) => check.outcome === 'broken')?.name,
  };
}

function wire(toPhone: boolean, explained: Explained, everyByte: boolean): Detail {
  const name = explained.name === 'answer' ? '' : explained.name;
  const meaning = [name, explained.decoded].filter((text) => text !== '').join(', ');
  return { kind: 'wire', toPhone, bytes: wireBytes(explained, everyByte), meaning };
}

/** How many columns the bytes of a wire may take. */
const WIRE_COLUMNS = 47;

/** What a wire shows of itself; everything else gives way to an ellipsis. */
const SHOWN_ON_WIRE = ['4F', '9F66', '9F02', '9F36', '9F26'];
const APPLICATION_NAME = 'name of the application';

/** One run of bytes of one meaning. */
type Run = { readonly text: string; readonly leaf: Explained };

/**
 * The bytes of a command or response, each run in its meaning. Unless every byte is asked for, form bytes inside
 * give way to an ellipsis, and so does what would not fit; head and status word always stay.
 */
function wireBytes(explained: Explained, everyByte: boolean): readonly Piece[] {
  const runs = runsOf(leaves(explained));
  const kept = everyByte ? runs : cut(runs);
  return kept.flatMap((run, index) => [
    ...(index === 0 ? [] : [piece(' ')]),
    run === undefined ? piece('…', 'dim') : piece(run.text, run.leaf.meaning, run.leaf.sealed),
  ]);
}

/** Neighbouring form bytes make one run. */
function runsOf(all: readonly Explained[]): readonly Run[] {
  const runs: Run[] = [];
  for (const leaf of all) {
    const last = runs.at(-1);
    const joins = last?.leaf.meaning === 'form' && leaf.meaning === 'form' && last.text.length < 8;
    if (joins && last !== undefined)
      runs[runs.length - 1] = { ...last, text: last.text + leaf.value };
    else runs.push({ text: leaf.value, leaf });
  }
  return runs;
}

function cut(runs: readonly Run[]): readonly (Run | undefined)[] {
  const kept: (Run | undefined)[] = [];
  let columns = 0;
  for (const [index, run] of runs.entries()) {
    const isEnd = run.leaf.tag === 'SW' || (index === runs.length - 1 && run.text.length <= 2);
    const fits = columns + run.text.length <= WIRE_COLUMNS - END_COLUMNS;
    if (index === 0 || isEnd || (fits && isShown(run))) {
      kept.push(run);
      columns += run.text.length + 1;
    } else if (kept.at(-1) !== undefined) {
      kept.push(undefined);
      columns += 2;
    }
  }
  return kept;
}

/** What an ellipsis and the status word at the end take. */
const END_COLUMNS = 7;

function isShown({ leaf }: Run): boolean {
  if (leaf.meaning === 'form') return false;
  return (
    leaf.name === APPLICATION_NAME ||
    leaf.path.split('/').some((step) => SHOWN_ON_WIRE.includes(step))
  );
}

function fields(
  explained: Explained,
  everyByte: boolean,
  told: Readonly<Record<string, string>>,
): readonly Detail[] {
  const all = rows(explained);
  const chosen = everyByte ? all : all.filter((one) => told[one.tag] !== undefined);
  return chosen.map((one) => ({
    kind: 'field',
    id: one.tag.length > 5 ? '' : one.tag,
    name: everyByte ? one.name : (told[one.tag] ?? one.name),
    value: piece(everyByte ? one.value : shownValue(one), one.meaning, one.sealed),
    decoded: one.decoded,
  }));
}

const LONGEST_VALUE = 16;

function shownValue(one: Explained): string {
  if (TOKEN_NUMBERS.includes(one.tag)) return `•••• ${one.value.slice(-4)}`;
  return one.value.length <= LONGEST_VALUE
    ? one.value
    : `${one.value.slice(0, LONGEST_VALUE - 1)}…`;
}
