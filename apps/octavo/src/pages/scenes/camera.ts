/** Takes pictures of a page as it stands: each size, light and dark, under names that sort. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { PictureLanguage } from './says.ts';

/** The sizes that pictures are taken at, by their width. */
export const sizes = { 390: { width: 390, height: 844 }, 1440: { width: 1440, height: 900 } };

/** A width. */
export type Width = keyof typeof sizes;

const themes = ['light', 'dark'] as const;

/** Which pictures are wanted; an empty list wants all. */
export type Wanted = {
  readonly sites: readonly string[];
  readonly languages: readonly string[];
  readonly themes: readonly string[];
  readonly widths: readonly string[];
  /** Beginnings of names of states. */
  readonly states: readonly string[];
};

/** What is particular about a state. */
export type SceneOptions = {
  /** Only at this width; the state is reached at it. */
  readonly only?: Width;
  /** The whole length of the page, not the window alone. */
  readonly whole?: boolean;
  /** The state does not last: it is reached anew for each width. */
  readonly fleeting?: boolean;
  readonly reach?: () => Promise<void>;
  /** What leads back out of the state. */
  readonly leave?: () => Promise<void>;
};

/** A camera for one site in one language. */
export type Camera = {
  /** Reach a state and take its pictures. A state that cannot be reached is noted, and the story goes on. */
  scene(page: Page, state: string, options?: SceneOptions): Promise<void>;
};

/** What all cameras did. */
export type Tally = { taken: number; readonly missed: string[] };

/** The width that pages stand at between pictures. */
const RESTING: Width = 1440;

/** Make a camera. `folder` gets the pictures. */
export function openCamera(
  site: string,
  language: PictureLanguage,
  ports: { readonly folder: string; readonly wanted: Wanted; readonly tally: Tally },
): Camera {
  const { folder, wanted, tally } = ports;
  mkdirSync(folder, { recursive: true });
  const isWanted = (list: readonly string[], one: string) =>
    list.length === 0 || list.includes(one);
  const take = async (page: Page, state: string, width: Width, isWhole: boolean) => {
    for (const theme of themes.filter((one) => isWanted(wanted.themes, one))) {
      await wear(page, theme);
      const name = `${site}-${state}-${language}-${theme}-${width}.png`;
      await page.screenshot({ path: join(folder, name), fullPage: isWhole });
      tally.taken += 1;
      console.log(name);
    }
  };
  return {
    async scene(page, state, { only, whole = false, fleeting = false, reach, leave } = {}) {
      const isShot =
        wanted.states.length === 0 || wanted.states.some((start) => state.startsWith(start));
      const widths = ([390, 1440] as const).filter(
        (width) => isShot && isWanted(wanted.widths, String(width)) && (only ?? width) === width,
      );
      try {
        if (only !== undefined) await page.setViewportSize(sizes[only]);
        if (!fleeting) await reach?.();
        for (const width of widths) {
          await page.setViewportSize(sizes[width]);
          if (fleeting) await reach?.();
          // Nothing is under the pointer.
          await page.mouse.move(0, 0);
          await settled(page);
          await take(page, state, width, whole);
          if (fleeting) await leave?.();
        }
        if (fleeting && widths.length === 0) {
          await reach?.();
          await leave?.();
        }
        if (!fleeting) await leave?.();
      } catch (error) {
        tally.missed.push(`${site}-${state}-${language}`);
        console.log(`${site}-${state}-${language} was not reached: ${firstLines(error)}`);
        const path = join(folder, `missed-${site}-${state}-${language}.png`);
        await page.screenshot({ path }).catch((why: unknown) => console.log(firstLines(why)));
      }
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize(sizes[RESTING]);
    },
  };
}

/** Light or dark: as the system says it to the page, and the page to its frames. */
async function wear(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  // The page tells its frames, and they are told apart from it: each draws when it gets there.
  const frames = page.frames().filter((frame) => frame.url().startsWith('http'));
  await Promise.all(
    frames.map((frame) =>
      frame.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' }),
    ),
  );
  await nextFrame(page);
  await settled(page);
}

async function nextFrame(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))');
}

/** What moves has come to rest, as far as it ever does; fonts and frames are there. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 80)));
    const ending = document.getAnimations().filter(
      (one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity,
    );
    const late = new Promise((done) => setTimeout(done, 700));
    await Promise.race([late, Promise.allSettled(ending.map((one) => one.finished))]);
  })()`);
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').slice(0, 3).join(' ');
}
