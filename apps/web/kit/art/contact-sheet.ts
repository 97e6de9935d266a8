/** Paint the contact sheet of card art and signs, light, dark and grey, into the folder `pictures`. */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { foundChromium } from '@octavo/lib/vectors/chromium.fixture.ts';
import { chromium } from 'playwright-core';
import { build, type Rollup } from 'vite';

const web = fileURLToPath(new URL('../../', import.meta.url));
const pictures = fileURLToPath(new URL('../../../../pictures/', import.meta.url));

const built = await build({
  configFile: false,
  root: web,
  logLevel: 'error',
  resolve: { dedupe: ['react', 'react-dom'] },
  build: {
    write: false,
    assetsInlineLimit: 1_000_000,
    rolldownOptions: { input: `${web}kit/art/contact-sheet-page.tsx` },
  },
});
const [{ output } = { output: [] }] = [built].flat() as Rollup.RollupOutput[];

const browser = await chromium.launch({
  executablePath: foundChromium(process.env.CHROMIUM, existsSync) ?? '',
  args: ['--no-sandbox', '--disable-gpu'],
});
const view = await browser.newPage({
  viewport: { width: 1690, height: 1000 },
  deviceScaleFactor: 2,
  reducedMotion: 'reduce',
});
view.on('pageerror', (error) => console.error(error.message));
await view.setContent('<!doctype html><html lang="en"><title>sheet</title><div id="here"></div>');
for (const part of output) {
  if (part.type === 'asset') await view.addStyleTag({ content: String(part.source) });
}
for (const part of output) {
  if (part.type === 'chunk') await view.addScriptTag({ content: part.code, type: 'module' });
}
await view.addStyleTag({ content: '.grey { filter: grayscale(1) }' });
await view.waitForSelector('.disc');
await view.evaluate('document.fonts.ready');

mkdirSync(pictures, { recursive: true });
const looks = [
  ['light', '0'],
  ['dark', 'document.documentElement.dataset.theme = "dark"'],
  ['grey', 'delete document.documentElement.dataset.theme; document.body.className = "grey"'],
] as const;
for (const [look, change] of looks) {
  await view.evaluate(change);
  await view.screenshot({ path: `${pictures}contact-sheet-${look}.png`, fullPage: true });
}
await browser.close();
