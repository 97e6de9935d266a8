/** What the glass says of a tap at a gate: a line, a sentence, and the code of a refusal. */
import { useTranslation } from 'react-i18next';
import type { AtGate } from '../core/at-gate.ts';

type Words = { readonly title: string; readonly text: string; readonly code?: string | undefined };

/** The refusals of a gate that have words of their own here, by the last part of their codes. */
const REASONS = [
  'on_deny_list',
  'pass_back',
  'station_closed',
  'wrong_direction',
  'out_of_service',
  'list_too_old',
  'not_authenticated',
  'expired',
  'scheme_refused',
  'card_declined',
] as const;

/** The words of a step. */
export function useGateWords(at: Exclude<AtGate, { step: 'away' }>): Words {
  const { t, i18n } = useTranslation();
  switch (at.step) {
    case 'near':
      return { title: t('glass.near'), text: t('glass.nearText') };
    case 'reading':
      return { title: t('glass.reading'), text: '' };
    case 'read':
      return { title: t('glass.read'), text: t('glass.readText') };
    case 'moved':
      return { title: t('glass.moved'), text: t('glass.movedText') };
    case 'holder':
      return { title: t('glass.holder'), text: t('glass.holderText') };
    case 'opened': {
      const { place, passage } = at.shown;
      const name = i18n.language === 'zh-CN' ? place?.zh : place?.en;
      const way = passage === undefined ? undefined : t(`glass.passage.${passage}`);
      const where = [name, way].filter((part) => part !== undefined).join(' · ');
      return { title: t('glass.open'), text: where };
    }
    case 'shut': {
      const { code } = at.shown;
      const reason = REASONS.find((known) => code === `gate.${known}`) ?? 'other';
      return {
        title: t(`glass.shut.${reason}.title`),
        text: t(`glass.shut.${reason}.text`),
        code,
      };
    }
  }
}
