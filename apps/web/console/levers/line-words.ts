/** What the lines are called, and what is to be seen of what is ordered for them. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LineName, LineView, WayView } from '../api.ts';

/** The ends of a line by name, who dials first, and how long that side waits for an answer. */
export type LineWords = { readonly from: string; readonly to: string; readonly waitsS: number };

/** The lines in words. */
export function useLineWords(): Readonly<Record<LineName, LineWords>> {
  const { t } = useTranslation();
  const terminal = t('levers.terminal');
  const acquirer = t('levers.acquirer');
  const network = t('levers.network');
  const issuer = t('levers.issuer');
  return {
    'terminal-acquirer': { from: terminal, to: acquirer, waitsS: 60 },
    'acquirer-network': { from: acquirer, to: network, waitsS: 45 },
    'network-issuer': { from: network, to: issuer, waitsS: 25 },
  };
}

/** Whether anything is ordered for a direction. */
export function isSpoilt({ cut, delayMs, loseNext, doubleNext, reorderNext }: WayView): boolean {
  return cut || delayMs > 0 || loseNext > 0 || doubleNext > 0 || reorderNext > 0;
}

/** What will be seen of what is ordered now, a sentence for each order. */
export function effectsOf(line: LineView, { from, to, waitsS }: LineWords, t: TFunction): string[] {
  const { forth, back } = line;
  if (line.down) return [t('levers.seenDown', { from, to })];
  const effects: string[] = [];
  if (forth.cut) effects.push(t('levers.seenCutForth', { from, to, waitsS }));
  if (back.cut) effects.push(t('levers.seenCutBack', { from, to, waitsS }));
  const delayS = (forth.delayMs + back.delayMs) / 1000;
  if (delayS >= waitsS) effects.push(t('levers.seenLate', { from, delayS, waitsS }));
  else if (delayS > 0) effects.push(t('levers.seenDelay', { from, delayS, waitsS }));
  if (forth.loseNext > 0) effects.push(t('levers.seenLoseForth', { from, to, waitsS }));
  if (back.loseNext > 0) effects.push(t('levers.seenLoseBack', { from, to, waitsS }));
  if (forth.doubleNext > 0) effects.push(t('levers.seenDoubleForth', { to }));
  if (back.doubleNext > 0) effects.push(t('levers.seenDoubleBack', { from }));
  if (forth.reorderNext + back.reorderNext > 0) effects.push(t('levers.seenReorder'));
  return effects;
}
