/** Looks at a page as it stands for what keeps people out: axe, and large text on a narrow screen. */
import { readFileSync } from 'node:fs';
import type { Frame, Page } from 'playwright-core';
import { wide } from './people.fixture.ts';

const NARROW = { width: 390, height: 844 };

/** A page keeps it once it is there, which saves most of the time of a look. */
const axeSource = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** How to look. */
type LookOptions = { readonly withFrames?: boolean; readonly mayStayNarrow?: boolean };

/** Looks at pages; what was found is told at the end, all at once. */
export type Inspector = {
  /**
   * Look at the page in this state, in one theme; `withFrames` also into the frames that it shows. A page that may
   * stay narrow is left so and looked at the other way round next time: to change its width is half of a look.
   */
  look(page: Page, state: string, theme: 'light' | 'dark', options?: LookOptions): Promise<void>;
  found(): readonly string[];
};

/** Begin to look. */
export function openInspector(): Inspector {
  const found: string[] = [];
  return {
    look: async (page, state, theme, { withFrames = false, mayStayNarrow = false } = {}) => {
      // A page behind another draws once a second.
      await page.bringToFront();
      await wear(page, theme);
      const where = `${state}, ${theme}`;
      const isNarrow = page.viewportSize()?.width === NARROW.width;
      const widths = async () => {
        const told = await widthsOfLargeText(page);
        found.push(...told.map((what) => `${where}: too wide with large text: ${what}`));
      };
      if (isNarrow) {
        await widths();
        await page.setViewportSize(wide.viewport);
        await atRest(page);
      }
      for (const place of [page, ...(withFrames ? await framesShown(page, theme) : [])]) {
        const told = await barriersIn(place);
        found.push(...told.map((what) => `${where}: ${what}`));
      }
      if (isNarrow) return;
      await page.setViewportSize(NARROW);
      await widths();
      if (!mayStayNarrow) await page.setViewportSize(wide.viewport);
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

/**
 * What axe finds in a page or a frame by itself, of its rules that can be as grave as to be told of: how grave a rule
 * is, axe says to itself alone.
 */
async function barriersIn(place: Page | Frame): Promise<readonly string[]> {
  if (!(await place.evaluate<boolean>(`'axe' in window`))) await place.evaluate(axeSource);
  return saidOf(
    await place.evaluate<readonly Violation[]>(`(() => {
      const light = axe._audit.rules.filter(({ impact }) => /^(minor|moderate)$/.test(impact));
      const rules = Object.fromEntries(light.map(({ id }) => [id, { enabled: false }]));
      return axe.run(document, { iframes: false, resultTypes: ['violations'], rules })
        .then(({ violations }) => violations);
    })()`),
  );
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
  const isSpoken = `document.documentElement.lang === '${language}'`;
  if (address === page.url() && (await page.evaluate<boolean>(isSpoken))) return;
  await page.evaluate(`localStorage.setItem('octavo.language', '${language}')`);
  await (address === page.url() ? page.reload() : page.goto(address));
  await page.locator(`html[lang="${language}"]`).waitFor();
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

/** Light or dark, as the system says it to the page. */
async function wear(page: Page, theme: 'light' | 'dark'): Promise<void> {
  const isWorn = `document.documentElement.dataset.theme === '${theme}'`;
  if (!(await page.evaluate<boolean>(isWorn))) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
  }
  await atRest(page);
}

/**
 * The frames that are not hidden, in the theme of the page, which they were told once. Frames are transparent: each is
 * given the ground that it lies on, which axe cannot see from inside.
 */
async function framesShown(page: Page, theme: 'light' | 'dark'): Promise<readonly Frame[]> {
  const grounds = await page.evaluate<Readonly<Record<string, string>>>(`(() => {
    const groundOf = (one) => {
      const { backgroundColor } = getComputedStyle(one);
      const isClear = /^(transparent|rgba\\(.*, 0\\))$/.test(backgroundColor);
      return isClear && one.parentElement !== null ? groundOf(one.parentElement) : backgroundColor;
    };
    const shown = [...document.querySelectorAll('iframe')].filter((one) =>
      one.closest('[aria-hidden="true"]') === null && one.checkVisibility({ visibilityProperty: true }));
    return Object.fromEntries(shown.map((one) => [new URL(one.src).origin, groundOf(one)]));
  })()`);
  const frames = page.frames().slice(1);
  const shown = frames.filter((frame) => new URL(frame.url()).origin in grounds);
  for (const frame of shown) {
    const ground = grounds[new URL(frame.url()).origin];
    await frame.evaluate(`(({ dataset, style }) => {
      dataset.theme = '${theme}';
      style.background = '${ground}';
    })(document.documentElement)`);
    await atRest(frame);
  }
  return shown;
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
  return page.evaluate<readonly string[]>(`new Promise((resolve) => {
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
}
