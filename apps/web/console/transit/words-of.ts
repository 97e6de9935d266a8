/** Words for what the back office names: states, kinds, reasons, places and spans of time. */
import { useTranslation } from 'react-i18next';
import { cityName } from '../../kit/city.ts';
import { useMeaning } from '../meaning.ts';
import type { Account, Charge, Debt, Forgery, GateState, Journey } from './api.ts';

type Tone = '' | 'tag-qing' | 'tag-zhu' | 'tag-amber';

/** Where a gate stands: `Xinjie, line 1, in`; on a bus its route. */
export function usePlaceWords(): (place: {
  readonly station: string;
  readonly line: string;
  readonly route: string;
  readonly direction: 'none' | 'in' | 'out';
}) => string {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return ({ station, line, route, direction }) => {
    if (station === '') return route === '' ? '' : cityName('route', route, language);
    const way =
      direction === 'none' ? '' : direction === 'in' ? t('transit.wayIn') : t('transit.wayOut');
    return [
      cityName('station', station, language),
      line === '' ? '' : cityName('line', line, language),
      way,
    ]
      .filter((part) => part !== '')
      .join(' · ');
  };
}

/** How long ago, or how long: `3 min`, in the largest unit that fits. */
export function useSpanWords(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 60) return t('transit.seconds', { count: seconds });
    const minutes = Math.round(seconds / 60);
    if (minutes < 90) return t('transit.minutes', { count: minutes });
    const hours = Math.round(minutes / 60);
    if (hours < 48) return t('transit.hours', { count: hours });
    return t('transit.days', { count: Math.round(hours / 24) });
  };
}

/** `ago` of a span. */
export function useAgoWords(): (ms: number) => string {
  const { t } = useTranslation();
  const span = useSpanWords();
  return (ms) => (ms < 5_000 ? t('transit.justNow') : t('transit.ago', { span: span(ms) }));
}

/** A journey's state and the tone of its tag. */
export function useJourneyState(): (state: string) => {
  readonly words: string;
  readonly tone: Tone;
} {
  const { t } = useTranslation();
  const known: Readonly<Record<string, readonly [string, Tone]>> = {
    complete: [t('transit.stateComplete'), ''],
    single: [t('transit.stateSingle'), ''],
    same_station: [t('transit.stateSameStation'), ''],
    change_of_mind: [t('transit.stateChangeOfMind'), ''],
    overstay: [t('transit.stateOverstay'), 'tag-amber'],
    incomplete_no_exit: [t('transit.stateNoExit'), 'tag-amber'],
    incomplete_no_entry: [t('transit.stateNoEntry'), 'tag-amber'],
    open: [t('transit.stateOpen'), 'tag-qing'],
    held: [t('transit.stateHeld'), 'tag-amber'],
  };
  return (state) => {
    const [words = state, tone = ''] = known[state] ?? [];
    return { words, tone };
  };
}

/** From where to where: `Xinjie → Hebin`. */
export function useJourneyWords(): (
  journey: Pick<Journey, 'entry' | 'exit' | 'operator'>,
) => string {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return ({ entry, exit, operator }) => {
    const route = entry?.route ?? exit?.route;
    if (route !== undefined) return cityName('route', route, language);
    const [from, to] = [entry?.station, exit?.station].map((station) =>
      station === undefined ? undefined : cityName('station', station, language),
    );
    if (from === undefined && to === undefined) return cityName('operator', operator, language);
    return `${from ?? t('transit.unknownEnd')} → ${to ?? t('transit.unknownEnd')}`;
  };
}

/** What was held to the gate. */
export function useFormWords(): Readonly<Record<Account['credentials'][number]['form'], string>> {
  const { t } = useTranslation();
  return {
    unknown: t('transit.formUnknown'),
    card: t('transit.formCard'),
    phone: t('transit.formPhone'),
    watch: t('transit.formWatch'),
  };
}

/** Why a record is not believed. */
export function useForgeryWords(): Readonly<Record<Forgery['reason'], string>> {
  const { t } = useTranslation();
  return {
    unreadable: t('transit.forgedUnreadable'),
    other_gate: t('transit.forgedOtherGate'),
    signature_wrong: t('transit.forgedSignature'),
    sequence_reused: t('transit.forgedSequence'),
    chain_broken: t('transit.forgedChain'),
    credential_unreadable: t('transit.forgedUnsealed'),
    credential_differs: t('transit.forgedDiffers'),
  };
}

/** What is wrong between a gate and its back office. */
export function useTroubleWords(): Readonly<Record<NonNullable<GateState['trouble']>, string>> {
  const { t } = useTranslation();
  return {
    unreachable: t('transit.troubleUnreachable'),
    not_enrolled: t('transit.troubleNotEnrolled'),
    list_forged: t('transit.troubleListForged'),
    list_older: t('transit.troubleListOlder'),
    list_unfit: t('transit.troubleListUnfit'),
    records_refused: t('transit.troubleRefused'),
    records_lost: t('transit.troubleLost'),
  };
}

/** Where an account stands, with its tone. */
export function useAccountState(): (state: Account['state']) => readonly [string, Tone] {
  const { t } = useTranslation();
  const known = {
    active: [t('transit.accountActive'), 'tag-qing'],
    denied: [t('transit.accountDenied'), 'tag-zhu'],
    dormant: [t('transit.accountDormant'), 'tag-amber'],
    merged: [t('transit.accountMerged'), ''],
  } as const satisfies Readonly<Record<Account['state'], readonly [string, Tone]>>;
  return (state) => known[state];
}

/** Where a debt stands, with its tone. */
export function useDebtState(): (state: Debt['state']) => readonly [string, Tone] {
  const { t } = useTranslation();
  const known = {
    open: [t('transit.debtOpen'), 'tag-amber'],
    paid: [t('transit.debtPaid'), 'tag-qing'],
    written_off: [t('transit.debtWrittenOff'), ''],
  } as const satisfies Readonly<Record<Debt['state'], readonly [string, Tone]>>;
  return (state) => known[state];
}

/** Whether a debt is asked for again by itself. */
export function useClassWords(): Readonly<Record<Debt['class'], string>> {
  const { t } = useTranslation();
  return {
    soft: t('transit.classSoft'),
    data: t('transit.classData'),
    hard: t('transit.classHard'),
  };
}

/** Where a charge stands, with its tone. */
export function useChargeState(): (state: Charge['state']) => readonly [string, Tone] {
  const { t } = useTranslation();
  const known = {
    asking: [t('transit.tagAsking'), 'tag-amber'],
    approved: [t('transit.tagApproved'), 'tag-qing'],
    declined: [t('transit.tagDeclined'), 'tag-zhu'],
    settled: [t('transit.tagSettled'), ''],
  } as const satisfies Readonly<Record<Charge['state'], readonly [string, Tone]>>;
  return (state) => known[state];
}

/** What a charge is. */
export function useChargeKind(): Readonly<Record<Charge['kind'], string>> {
  const { t } = useTranslation();
  return {
    daily: t('transit.kindDaily'),
    retry: t('transit.kindRetry'),
    pay_now: t('transit.kindPayNow'),
  };
}

/** What a line of a charge is for. */
export function useLineKind(): Readonly<Record<Charge['lines'][number]['kind'], string>> {
  const { t } = useTranslation();
  return {
    fare: t('transit.lineFare'),
    correction: t('transit.lineCorrection'),
    credit: t('transit.lineCredit'),
    refund: t('transit.lineRefund'),
    written_off: t('transit.lineWrittenOff'),
    debt: t('transit.lineDebt'),
  };
}

/** What the deny list says when a debt is why. */
const DEBT = 'transit.debt';

/** Why a line of the deny list came or went; a code of the closed table has its own words, DE39 none. */
export function useListingWords(): (reason: string, change: 'add' | 'remove') => string {
  const { t } = useTranslation();
  const meaning = useMeaning();
  return (reason, change) => {
    if (reason === DEBT)
      return change === 'add' ? t('transit.listedDebt') : t('transit.listedPaid');
    if (change === 'remove')
      return t('transit.listedLifted', { reason: meaning(reason) ?? reason });
    return meaning(reason) ?? (/^\w\w$/.test(reason) ? `DE39 ${reason}` : reason);
  };
}
