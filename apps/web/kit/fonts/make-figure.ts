/**
 * Makes `figure.woff2`: the book face cut down to what amounts, code digits and the word Octavo need, at one weight
 * and one optical size. Run by hand when the face changes: `node kit/fonts/make-figure.ts`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as subsetting from 'subset-font';

const GLYPHS = '0123456789¥$£€,.+−Octavo';
const source = fileURLToPath(
  import.meta.resolve(
    '@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-normal.woff2',
  ),
);
const subsetFont: (
  font: Uint8Array,
  text: string,
  options: { targetFormat: 'woff2'; variationAxes: Record<string, number> },
) => Promise<Uint8Array> = subsetting.default;
const font = await subsetFont(await readFile(source), GLYPHS, {
  targetFormat: 'woff2',
  variationAxes: { wght: 370, opsz: 48 },
});
await writeFile(new URL('figure.woff2', import.meta.url), font);
process.stdout.write(`figure.woff2 ${font.length} bytes\n`);
