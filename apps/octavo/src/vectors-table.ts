/** `npm run vectors`: every outside vector and worked example, what of ours it went through, and who says so. */
import { readdirSync, readFileSync } from 'node:fs';
import { families } from '@octavo/lib/vectors/families.ts';
import { type Checked, checkVectors, type Vector } from '@octavo/lib/vectors/vector.ts';
import { chooseWidth, clip, columnsOf } from './paint.ts';

const folder = new URL(import.meta.resolve('@octavo/lib/vectors/vectors.json'));
const width = chooseWidth({
  environment: process.env,
  isTerminal: process.stdout.isTTY,
  columns: process.stdout.columns,
});

const outside = (read('vectors.json') as { vectors: readonly Vector[] }).vectors;
const sheets = readdirSync(new URL('sheets/', folder)).flatMap(
  (file) => read(`sheets/${file}`) as readonly Vector[],
);
const checked = [...checkVectors(outside, families), ...checkVectors(sheets, families)];
const wrong = checked.filter(({ faults }) => faults.length > 0);
process.exitCode = wrong.length > 0 ? 1 : 0;

// A reader that has seen enough (head, less) closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

for (const [topic, rows] of Map.groupBy(checked, ({ vector }) => vector.topic)) {
  process.stdout.write(`\n${topic}, ${rows.length}\n`);
  for (const row of rows) process.stdout.write(linesOf(row));
}
process.stdout.write(
  `\n${outside.length} outside vectors, ${sheets.length} worked examples, ${wrong.length} at fault\n`,
);

function linesOf({ vector, through, faults }: Checked): string {
  const mark = faults.length === 0 ? '✓' : '−';
  const indent = ' '.repeat(5);
  return [
    ` ${mark} ${padded(vector.id, 36)} ${clip(vector.description, width - 40)}`,
    ...through.map((one) => `${indent}${one}`),
    `${indent}${vector.source}`,
    ...faults.map((fault) => `${indent}${fault}`),
    '',
  ].join('\n');
}

function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, folder), 'utf8'));
}
