/** What a phone is called until its holder calls it otherwise: the browser and the system it runs on. */
import type { TFunction } from 'i18next';

const BROWSERS = [
  ['Edg', 'Edge'],
  ['Firefox', 'Firefox'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;

const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'Mac'],
  ['Linux', 'Linux'],
] as const;

/** `Chrome on Android`, or `My phone`. */
export function phoneName(t: TFunction, agent = navigator.userAgent): string {
  const browser = BROWSERS.find(([sign]) => agent.includes(sign))?.[1];
  const system = SYSTEMS.find(([sign]) => agent.includes(sign))?.[1];
  if (browser === undefined || system === undefined) return t('confirm.phoneNamePlain');
  return t('confirm.phoneName', { browser, system });
}
