/** From what the services told to the lines a reader sees: wires, fields and checks. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import {
  type Explained,
  explainMessage,
  explainSession,
  leaves,
} from '@octavo/lib/explain/explain.ts';
import { type Piece, piece } from './paint.ts';
import type { Detail } from './show.ts';

/** The data objects of a tap that are worth a line each. */
const TOLD_OBJECTS = ['9F02', '9F37', '9F36', '9F10', '9F26', '9F6C'];

/** The data elements of a message that are worth a line each. */
const TOLD_ELEMENTS = ['DE2', 'DE4', 'DE7', 'DE11', 'DE13', 'DE22', 'DE37', 'DE39', 'DE49', 'DE55'];

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

/** How many bytes of form are shown before they are cut with an ellipsis. */
const SHOWN_FORM_BYTES = 6;
const SHOWN_BYTES = 34;

function wire(toPhone: boolean, explained: Explained, everyByte: boolean): Detail {
  const meaning = [explained.name, explained.decoded].filter((text) => text !== '').join(', ');
  return { kind: 'wire', toPhone, bytes: wireBytes(explained, everyByte), meaning };
}

/** The bytes of a command or response, each run in its meaning; what repeats below is cut. */
function wireBytes(explained: Explained, everyByte: boolean): readonly Piece[] {
  const pieces: Piece[] = [];
  let shown = 0;
  for (const leaf of leaves(explained)) {
    const hex = leaf.value.replaceAll(' ', '');
    if (!everyByte && (shown + hex.length > SHOWN_BYTES || hex.length > 2 * SHOWN_FORM_BYTES * 3)) {
      if (pieces.at(-1)?.text !== '… ') pieces.push(piece('… ', 'dim'));
      if (!isStatus(leaf)) continue;
    }
    pieces.push(piece(hex, leaf.meaning, leaf.sealed));
    shown += hex.length;
  }
  return pieces;
}

function isStatus(leaf: Explained): boolean {
  return leaf.tag === 'SW';
}

function fields(
  explained: Explained,
  everyByte: boolean,
  told: readonly string[],
): readonly Detail[] {
  return named(explained)
    .filter((one) => everyByte || told.includes(one.tag))
    .map((one) => ({
      kind: 'field',
      id: one.tag,
      name: one.name,
      value: piece(shortValue(one), one.meaning, one.sealed),
      decoded: one.decoded,
    }));
}

/** The named objects of a tree, outermost first; their own parts only where they are objects too. */
function named(explained: Explained): readonly Explained[] {
  return explained.children.flatMap((child) =>
    child.meaning === 'form' && child.children.length === 0 ? [] : [child, ...named(child)],
  );
}

const LONGEST_VALUE = 18;

function shortValue(one: Explained): string {
  if (one.value.length <= LONGEST_VALUE) return one.value;
  return `${one.value.slice(0, LONGEST_VALUE - 1)}…`;
}
