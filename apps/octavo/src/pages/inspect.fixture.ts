/** Looks at a page as it stands for what keeps people out: axe, and large text on a narrow screen. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import AxeBuilder from '@axe-core/playwright';
import type { Frame, Page } from 'playwright-core';

const NARROW = { width: 390, height: 844 };

/** The axe that the builder brings. A page keeps it once it is there, which saves most of the time of a look. */
const axeSource = readFileSync(
  createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** Looks at pages; what was found is told at the end, all at once. */
export type Inspector = {
  /** Look at the page in this state, in one theme; `withFrames` also into the frames that it holds. */
  look(
    page: Page,
    state: string,
    theme: 'light' | 'dark',
    options?: { readonly withFrames?: boolean },
  ): Promise<void>;
  found(): readonly string[];
};

/** Begin to look. */
export function openInspector(): Inspector {
  const found: string[] = [];
  return {
    look: async (page, state, theme, { withFrames = false } = {}) => {
      // A page behind another draws once a second.
      await page.bringToFront();
      await wear(page, theme, withFrames);
      const where = `${state}, ${theme}`;
      const told = withFrames ? await findWithFrames(page) : await findInPage(page);
      found.push(...told.map((what) => `${where}: ${what}`));
      const tooWide = await widthsOfLargeText(page);
      found.push(...tooWide.map((what) => `${where}: too wide with large text: ${what}`));
    },
    found: () => found,
  };
}

type Violation = {
  readonly id: string;
  readonly impact?: string | null | undefined;
  readonly nodes: readonly {
    readonly target: readonly unknown[];
    readonly any: readonly { readonly message: string }[];
  }[];
};

async function findWithFrames(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page, axeSource }).analyze();
  return saidOf(violations);
}

async function findInPage(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) await page.evaluate(axeSource);
  const run = `axe.run(document, { iframes: false, resultTypes: ['violations'] })`;
  return saidOf(await page.evaluate<readonly Violation[]>(`${run}.then((one) => one.violations)`));
}

function saidOf(violations: readonly Violation[]): readonly string[] {
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id} at ${target.join(' ')}: ${any[0]?.message}`),
    );
}

/** Have a page speak a language from now on; unless it does, it is loaded anew where it is, or where it is told to be. */
export async function speak(
  page: Page,
  language: 'en' | 'zh-CN',
  address = page.url(),
): Promise<void> {
  const spoken = page.locator(`html[lang="${language}"]`);
  if (address === page.url() && (await spoken.count()) > 0) return;
  await page.evaluate(`localStorage.setItem('octavo.language', '${language}')`);
  await (address === page.url() ? page.reload() : page.goto(address));
  await spoken.waitFor();
}

/** Be at a path of the page's own without loading it anew, as its own links lead there. */
export async function goWithin(page: Page, path: string): Promise<void> {
  await page.evaluate(`(() => {
    history.pushState(null, '', '${path}');
    dispatchEvent(new PopStateEvent('popstate'));
  })()`);
}

/** Go by Tab alone to what is called so; answers how its focus shows there, nothing when it was not reached. */
export async function tabTo(page: Page, name: string): Promise<string | undefined> {
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate<{ name: string; shows: string }>(`(() => {
      const at = document.activeElement;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
      const outline = outlineStyle !== 'none' && outlineWidth !== '0px' ? 'outline' : '';
      const shows = at.matches(':focus-visible') ? outline || (boxShadow === 'none' ? '' : 'ring') : '';
      return { name: at.ariaLabel ?? at.textContent ?? '', shows };
    })()`);
    if (focus.name.trim() === name) return focus.shows;
  }
  return undefined;
}

/**
 * Light or dark, as the system says it to the page, and on the attribute of frames that were told it once. Frames are
 * transparent: each is given the ground that it lies on, which axe cannot see from inside.
 */
async function wear(page: Page, theme: 'light' | 'dark', withFrames: boolean): Promise<void> {
  const worn = page.locator(`html[data-theme="${theme}"]`);
  if ((await worn.count()) === 0) {
    await page.emulateMedia({ colorScheme: theme });
    await worn.waitFor();
  }
  await atRest(page);
  if (!withFrames) return;
  const grounds = await page.evaluate<Readonly<Record<string, string>>>(`(() => {
    const groundOf = (one) => {
      const { backgroundColor } = getComputedStyle(one);
      const isClear = /^(transparent|rgba\\(.*, 0\\))$/.test(backgroundColor);
      return isClear && one.parentElement !== null ? groundOf(one.parentElement) : backgroundColor;
    };
    const frames = [...document.querySelectorAll('iframe')];
    return Object.fromEntries(frames.map((one) => [new URL(one.src).origin, groundOf(one)]));
  })()`);
  for (const frame of page.frames().slice(1)) {
    const ground = grounds[new URL(frame.url()).origin];
    await frame.evaluate(`(({ dataset, style }) => {
      dataset.theme = '${theme}';
      style.background = '${ground}';
    })(document.documentElement)`);
    await atRest(frame);
  }
}

/** Nothing fades or travels any more, so that what is looked at is what stays. */
async function atRest(place: Page | Frame): Promise<void> {
  await place.evaluate(`(async () => {
    if (!('isAtRest' in window)) {
      const still = new CSSStyleSheet();
      // An id that nobody has: no rule of the page's is stronger.
      const all = [':not(#nobody)', ':not(#nobody)::before', ':not(#nobody)::after'].join();
      const large = top === window ? '${LARGE_TEXT}' : '';
      still.replaceSync(all + '{ transition: none !important; animation: none !important; }' + large);
      document.adoptedStyleSheets.push(still);
      window.isAtRest = true;
    }
    // In a frame that is out of sight nothing is drawn.
    const drawn = new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const late = new Promise((done) => setTimeout(done, top === window ? 5000 : 200));
    await Promise.race([drawn, late]);
  })()`);
}

/** Text is twice as large once the screen is narrow: one change, one drawing. */
const LARGE_TEXT = `@media (max-width: ${NARROW.width}px) { :root:not(#nobody) { font-size: 200% !important; } }`;

/** What is wider than a narrow screen when text is twice as large: the page, or words that nobody can scroll to. */
async function widthsOfLargeText(page: Page): Promise<readonly string[]> {
  const before = page.viewportSize();
  await page.setViewportSize(NARROW);
  const wide = await page.evaluate<readonly string[]>(`new Promise((resolve) => {
    const root = document.documentElement;
    const scrolls = (one) =>
      one !== null && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const hasWords = (one) =>
      [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    const isLost = (one) =>
      one.getBoundingClientRect().right > innerWidth + 1 && hasWords(one) && one.checkVisibility() &&
      one.closest('[aria-hidden="true"]') === null && !scrolls(one);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const told = [...document.body.querySelectorAll('*')].filter(isLost)
        .map((one) => one.tagName + '.' + one.className);
      const isCause = (one) => {
        const { style: { display } } = one;
        one.style.display = 'none';
        const isGone = root.scrollWidth <= root.clientWidth + 1;
        one.style.display = display;
        return isGone;
      };
      if (root.scrollWidth > root.clientWidth + 1) {
        // The innermost element without which all would fit.
        const cause = [...document.body.querySelectorAll('*')].findLast(isCause);
        told.push('the page, by ' + cause?.tagName + '.' + cause?.className);
      }
      resolve(told);
    }));
  })`);
  if (before !== null) await page.setViewportSize(before);
  return wide;
}
