/** Every pair of colours that carries words, computed from the very file that the pages load. */
import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const blocks = css.split(':root[data-theme="dark"]');
const light = colours(blocks[0] ?? '');
const themes = { light, dark: { ...light, ...colours(blocks[1] ?? '') } };

const ON_PAGE = ['ink', 'ink-2', 'ink-3', 'qing', 'zhu', 'amber', 'dian'];
const pairs: readonly (readonly [text: string, ground: string])[] = [
  ...ON_PAGE.flatMap((text) => [[text, 'paper'] as const, [text, 'leaf'] as const]),
  ...['ink', 'ink-2'].map((text) => [text, 'wash'] as const),
  ...['qing', 'zhu', 'amber', 'dian'].flatMap((name) => [
    [name, `${name}-soft`] as const,
    ['ink', `${name}-soft`] as const,
  ]),
  ['on-ink', 'ink'],
  ['on-qing', 'qing'],
  ['on-zhu', 'zhu'],
  ['on-field', 'field'],
  ['mist', 'field'],
  ['on-flood', 'flood'],
  ['flood-mist', 'flood'],
  ['glass-ink', 'glass'],
  ['form', 'leaf'],
  ...['word', 'who', 'money', 'once', 'proof', 'verdict', 'refused'].map(
    (name) => [name, `${name}-ground`] as const,
  ),
  ['rule-text', 'rule-ground'],
];

for (const [theme, values] of Object.entries(themes)) {
  test(`words can be read in the ${theme} theme`, () => {
    for (const [text, ground] of pairs) {
      const ratio = contrast(values[text], values[ground]);
      ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
    }
    for (const ground of ['paper', 'leaf']) ok(contrast(values.edge, values[ground]) >= 3, ground);
    for (const leg of [1, 2, 3, 4, 5])
      ok(contrast(values[`leg-${leg}`], values.leaf) >= 3, `leg ${leg}`);
  });
}

function colours(block: string): Record<string, string> {
  const found = [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

function contrast(one: string | undefined, other: string | undefined): number {
  ok(one !== undefined && other !== undefined, 'a token that is named and not there');
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
