/** An explanation as JSON lines: the readings, a tree for each part, the warnings, and a last line of type `result`. */
import type { Reading } from '@octavo/lib/explain/readings.ts';
import type { Explanation } from './explain-text.ts';

/** Write JSON lines. */
export function explainJson(write: (line: string) => void, explanation: Explanation): void {
  const { reading, others, parts, warnings, sources } = explanation;
  const readings = [reading, ...others].map(asJson);
  for (const one of readings) write(line({ type: 'reading', ...one }));
  for (const { title, hex, tree } of parts) write(line({ type: 'tree', title, bytes: hex, tree }));
  for (const warning of warnings) write(line({ type: 'warning', ...warning }));
  write(
    line({
      type: 'result',
      ok: true,
      ...asJson(reading),
      source: reading.kind.source,
      sources,
      readings,
      warnings,
    }),
  );
}

/** One line; control characters that JSON leaves as they are, are written by their numbers. */
export function line(value: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(value).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  return `${text}\n`;
}

function asJson({ kind, given, sureness, because }: Reading): Readonly<Record<string, unknown>> {
  return {
    kind: kind.kind,
    title: kind.title,
    sureness,
    because,
    written: given.written,
    length: given.bytes.length,
  };
}
