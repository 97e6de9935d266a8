/**
 * Pictures of every page in every state, in both languages, two sizes, light and dark, into the folder `pictures`:
 * `npm run pictures`, or only some of them, as in `npm run pictures -- console en dark 390` or `-- phone wallet`.
 * One world for each language, one browser, and the stories that people would play.
 */
import { fileURLToPath } from 'node:url';
import { chromiumPath, openPages, type Pages } from './browser.fixture.ts';
import { bankPictures } from './scenes/bank.ts';
import { type Camera, openCamera, type Tally, type Wanted } from './scenes/camera.ts';
import { consolePictures } from './scenes/console.ts';
import { gatePictures } from './scenes/gate.ts';
import { phonePictures } from './scenes/phone.ts';
import { type PictureLanguage, type Says, says } from './scenes/says.ts';
import { terminalPictures } from './scenes/terminal.ts';

const folder = fileURLToPath(new URL('../../../../pictures/', import.meta.url));

type Story = (pages: Pages, camera: Camera, says: Says) => Promise<void>;

/** By site. The console begins, while the world is still empty. */
const stories: Readonly<Record<string, Story>> = {
  console: consolePictures,
  phone: phonePictures,
  terminal: terminalPictures,
  gate: gatePictures,
  bank: bankPictures,
};

if (chromiumPath === undefined) {
  console.error('Chromium is not installed; name one with CHROMIUM=path.');
  process.exit(1);
}
const wanted = wantedOf(process.argv.slice(2));
const tally: Tally = { taken: 0, missed: [] };
for (const language of ['en', 'zh'] as const) {
  if (wanted.languages.length === 0 || wanted.languages.includes(language)) await play(language);
}
if (wanted.sites.length === 0 || wanted.sites.includes('kit')) {
  await import('@octavo/web/kit/art/contact-sheet.ts');
  console.log('contact-sheet-light.png, contact-sheet-dark.png, contact-sheet-grey.png');
}
console.log(`${tally.taken} pictures in ${folder}`);
if (tally.missed.length > 0) {
  console.log(`Not reached: ${tally.missed.join(', ')}`);
  process.exitCode = 1;
}

/** Play the stories of one language. A story that breaks off is noted, and the next one is played. */
async function play(language: PictureLanguage): Promise<void> {
  const pages = await openPages();
  for (const [site, story] of Object.entries(stories)) {
    if (wanted.sites.length > 0 && !wanted.sites.includes(site)) continue;
    const camera = openCamera(site, language, { folder, wanted, tally });
    try {
      await story(pages, camera, says[language]);
    } catch (error) {
      tally.missed.push(`the rest of ${site} ${language}`);
      console.log(error instanceof Error ? error.stack : error);
    }
  }
  await pages.close();
}

/** What the words after `--` ask for. A word that is no site, language, theme or width begins a state's name. */
function wantedOf(words: readonly string[]): Wanted {
  const among = (known: readonly string[]) => words.filter((word) => known.includes(word));
  const sites = among([...Object.keys(stories), 'kit']);
  const languages = among(['en', 'zh']);
  const themes = among(['light', 'dark']);
  const widths = among(['390', '1440']);
  const known = [sites, languages, themes, widths].flat();
  return {
    sites,
    languages,
    themes,
    widths,
    states: words.filter((word) => !known.includes(word)),
  };
}
