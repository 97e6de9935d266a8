/** Where tests find a browser. Which files are there is asked of the caller, since nothing in lib knows a machine. */

/** Where Debian and its kin put Chromium; first the one that has no windows to draw, which does the same with less work. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
];

/** The browser to use: the one that is named (in `CHROMIUM`), or what is installed; nothing where there is none. */
export function foundChromium(
  named: string | undefined,
  isThere: (path: string) => boolean,
): string | undefined {
  return [named, ...PLACES].find((path) => path !== undefined && isThere(path));
}
