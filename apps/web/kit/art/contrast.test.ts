/** Card art as a browser paints it: text can be read on every pixel of it, and a grey print tells designs apart. */
import { deepEqual, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { foundChromium } from '@octavo/lib/vectors/chromium.fixture.ts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { cardArt } from './art.ts';
import { type DesignName, designLooks, designNames } from './designs.ts';
import { quietZones, sheet } from './sheet.ts';
import { writeSvg } from './svg.ts';

const installed = foundChromium(process.env.CHROMIUM, existsSync);

const seeds = ['a', '7d1f', '2026', 'octavo', '0c8e5f', 'zz'];

/** What lies under the art of a suspended card. */
const [, suspendedPaper] =
  /\[data-suspended\] \.card-face__sheet \{\s*background: (#\w+);/.exec(
    readFileSync(new URL('./card-face.css', import.meta.url), 'utf8'),
  ) ?? [];

/** Where the text of a whole card stands: its name, its kind, its tags, its two numbers. */
const textBoxes = {
  title: { x: 20, y: 16, width: 200, height: 25 },
  kind: { x: 236, y: 16, width: 94, height: 25 },
  tags: { x: 20, y: 44, width: 130, height: 22 },
  numbers: { x: 20, y: 162, width: 180, height: 40 },
};

/** What each value of a channel is in light; a million pixels ask. */
const linear = Float64Array.from({ length: 256 }, (_, value) => linearOf(value));

/** Red, green, blue and alpha of each pixel of a sheet, row by row. */
type Pixels = Uint8ClampedArray;

describe('card art in a browser', {
  skip: installed === undefined && 'Chromium is not installed',
}, () => {
  let browser: Browser;
  /** Each design with each seed, and the bare paper of each. */
  const drawn = new Map<string, Pixels>();

  before(async () => {
    ok(suspendedPaper !== undefined);
    browser = await chromium.launch({
      executablePath: installed,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const page = await browser.newPage();
    const asks = designNames.flatMap((design) => [
      ...seeds.map((seed, index) => ({
        key: `${design} ${seed}`,
        svg: svgOf(design, seed, 1 + (index % 8)),
      })),
      { key: `${design} bare`, svg: svgOf(design, 'bare', undefined, true) },
      { key: `${design} suspended`, svg: svgOf(design, 'a', 1), suspended: true },
    ]);
    const painted = await paint(page, asks);
    for (const [index, { key }] of asks.entries()) drawn.set(key, painted[index] as Pixels);
  });

  after(async () => {
    await browser?.close();
  });

  const pixelsOf = (key: string): Pixels => drawn.get(key) as Pixels;

  test('text has at least 4.5 to 1 on the worst pixel behind it', () => {
    const poor = designNames.flatMap((design) =>
      [...seeds, 'suspended'].flatMap((seed) =>
        Object.entries(textBoxes).map(([box, area]) => {
          const text = luminanceOf(designLooks[design].text);
          const worst = Math.min(
            ...within(area).map((at) => ratio(text, luminance(pixelsOf(`${design} ${seed}`), at))),
          );
          return { design, seed, box, worst };
        }),
      ),
    );
    deepEqual(
      poor.filter(({ worst }) => worst < 4.5),
      [],
    );
  });

  test('a tag’s text has at least 4.5 to 1 on its pill', () => {
    const poor = designNames.map((design) => {
      const text = luminanceOf(designLooks[design].text);
      const worst = Math.min(
        ...[...within(textBoxes.tags), ...within(textBoxes.kind)].map((at) =>
          ratio(text, luminance(pixelsOf(`${design} a`), at, designLooks[design].text)),
        ),
      );
      return { design, worst };
    });
    deepEqual(
      poor.filter(({ worst }) => worst < 4.5),
      [],
    );
  });

  test('a pattern stays under 8 % of contrast with its paper in the quiet zones', () => {
    const loud = designNames.flatMap((design) =>
      seeds.map((seed) => {
        const [art, bare] = [pixelsOf(`${design} ${seed}`), pixelsOf(`${design} bare`)];
        const most = Math.max(
          ...quietZones.flatMap(within).map((at) => ratio(luminance(art, at), luminance(bare, at))),
        );
        return { design, seed, most };
      }),
    );
    deepEqual(
      loud.filter(({ most }) => most >= 1.08),
      [],
    );
  });

  test('in a grey print any two designs differ in lightness or in structure', () => {
    const prints = designNames.map((design) => ({ design, ...greyPrint(pixelsOf(`${design} a`)) }));
    for (const [index, one] of prints.entries()) {
      for (const other of prints.slice(index + 1)) {
        const lightness = Math.abs(one.lightness - other.lightness) / 6;
        const structure = Math.hypot(
          ...one.structure.map((part, at) => part - (other.structure[at] ?? 0)),
        );
        ok(Math.max(lightness, structure / 0.2) > 1, `${one.design} and ${other.design}`);
      }
    }
  });
});

function svgOf(design: DesignName, seed: string, place?: number, bare = false): string {
  const svg = writeSvg(cardArt({ design, seed, prefix: 'art', place, bare }));
  return svg.replace('<svg ', `<svg width="${sheet.width}" height="${sheet.height}" `);
}

/** Let the page paint drawings and give back their pixels. A suspended one as card-face.css shows it. */
async function paint(
  page: Page,
  asks: readonly { readonly svg: string; readonly suspended?: boolean }[],
): Promise<readonly Pixels[]> {
  await page.setContent('<!doctype html><title>card art</title>');
  const { width, height } = sheet;
  const painted = await page.evaluate(`(async () => {
    const canvas = new OffscreenCanvas(${width}, ${height});
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const results = [];
    for (const { svg, suspended } of ${JSON.stringify(asks)}) {
      const image = new Image();
      image.src = 'data:image/svg+xml,' + encodeURIComponent(svg);
      await image.decode();
      context.reset();
      if (suspended) {
        context.fillStyle = '${suspendedPaper}';
        context.fillRect(0, 0, ${width}, ${height});
        context.globalAlpha = 0.62;
        context.filter = 'saturate(12%)';
      }
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, ${width}, ${height});
      results.push(new Uint8Array(data.buffer).toBase64());
    }
    return results;
  })()`);
  return (painted as string[]).map(
    (base64) => new Uint8ClampedArray(Buffer.from(base64, 'base64')),
  );
}

/** Offsets of the pixels in a part of the sheet, except the cut corners and the edge. */
function within(area: { x: number; y: number; width: number; height: number }): number[] {
  const offsets: number[] = [];
  for (let y = Math.max(area.y, 2); y < Math.min(area.y + area.height, sheet.height - 2); y += 1) {
    for (let x = Math.max(area.x, 2); x < Math.min(area.x + area.width, sheet.width - 2); x += 1) {
      const offset = 4 * (y * sheet.width + x);
      if (!isCorner(x, y)) offsets.push(offset);
    }
  }
  return offsets;
}

function isCorner(x: number, y: number): boolean {
  const { radius, width, height } = sheet;
  return (x < radius || x > width - radius) && (y < radius || y > height - radius);
}

/** Relative luminance by WCAG 2.2 of a pixel, with a veil of 13 % of a colour on it if one is given. */
function luminance(pixels: Pixels, offset: number, veil?: string): number {
  const own = [pixels[offset] ?? 0, pixels[offset + 1] ?? 0, pixels[offset + 2] ?? 0] as const;
  if (veil === undefined) return weighed(linear[own[0]], linear[own[1]], linear[own[2]]);
  const [red = 0, green = 0, blue = 0] = channels(veil);
  return relative([
    own[0] * 0.87 + red * 0.13,
    own[1] * 0.87 + green * 0.13,
    own[2] * 0.87 + blue * 0.13,
  ]);
}

function luminanceOf(colour: string): number {
  return relative(channels(colour));
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function relative([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return weighed(linearOf(red), linearOf(green), linearOf(blue));
}

function weighed(red = 0, green = 0, blue = 0): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linearOf(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function ratio(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/**
 * What a grey print shows of a drawing: its mean lightness (L*, 0 to 100), and its structure, which is how much of
 * the change from pixel to pixel runs across, down, along each diagonal, and how much there is of it.
 */
function greyPrint(pixels: Pixels): { lightness: number; structure: readonly number[] } {
  const tone = (x: number, y: number) =>
    116 * Math.cbrt(Math.max(luminance(pixels, 4 * (y * sheet.width + x)), 0.00886)) - 16;
  const directions = [0, 0, 0, 0];
  let total = 0;
  let busy = 0;
  let lightness = 0;
  const area = { x: 150, y: 60, width: 150, height: 120 };
  for (let y = area.y; y < area.y + area.height; y += 1) {
    for (let x = area.x; x < area.x + area.width; x += 1) {
      const across = tone(x + 1, y) - tone(x - 1, y);
      const down = tone(x, y + 1) - tone(x, y - 1);
      const strength = Math.hypot(across, down);
      const turn = Math.round((Math.atan2(down, across) / Math.PI) * 4 + 8) % 4;
      directions[turn] = (directions[turn] ?? 0) + strength;
      total += strength;
      if (strength > 2) busy += 1;
      lightness += tone(x, y);
    }
  }
  const count = area.width * area.height;
  return {
    lightness: lightness / count,
    structure: [...directions.map((part) => part / total), busy / count],
  };
}
