/** A gate's settings as they are typed, and back. */
import type { GateSettings } from './api.ts';

/** Settings with their numbers as text, each in the unit that staff think in. */
export type Draft = Omit<
  GateSettings,
  'longestListAgeMinutes' | 'passBackSeconds' | 'clockOffMs'
> & {
  readonly listAgeHours: string;
  readonly passBackSeconds: string;
  readonly clockOffSeconds: string;
};

/** The fields that are typed. */
export type NumberField = 'listAgeHours' | 'passBackSeconds' | 'clockOffSeconds';

const DAY_S = 86_400;

const LIMITS: Readonly<Record<NumberField, readonly [least: number, most: number]>> = {
  listAgeHours: [1, 168],
  passBackSeconds: [0, 3_600],
  clockOffSeconds: [-DAY_S, DAY_S],
};

/** The draft that stands for settings. A list that may be some minutes old is shown as one hour. */
export function draftOf(settings: GateSettings): Draft {
  const { longestListAgeMinutes, passBackSeconds, clockOffMs, ...rest } = settings;
  return {
    ...rest,
    listAgeHours: String(Math.max(1, Math.round(longestListAgeMinutes / 60))),
    passBackSeconds: String(passBackSeconds),
    clockOffSeconds: String(Math.round(clockOffMs / 1_000)),
  };
}

/** A field's number; undefined when it is none, or does not fit. */
export function numberIn(draft: Draft, field: NumberField): number | undefined {
  const text = draft[field].trim().replace('−', '-');
  const [least, most] = LIMITS[field];
  const number = Number(text);
  return /^-?\d{1,6}$/.test(text) && number >= least && number <= most ? number : undefined;
}

/** The settings that a draft stands for; undefined while a number in it does not fit. */
export function settingsOf(draft: Draft): GateSettings | undefined {
  const hours = numberIn(draft, 'listAgeHours');
  const passBackSeconds = numberIn(draft, 'passBackSeconds');
  const offSeconds = numberIn(draft, 'clockOffSeconds');
  if (hours === undefined || passBackSeconds === undefined || offSeconds === undefined) {
    return undefined;
  }
  const { listAgeHours: _hours, clockOffSeconds: _off, ...rest } = draft;
  return {
    ...rest,
    longestListAgeMinutes: hours * 60,
    passBackSeconds,
    clockOffMs: offSeconds * 1_000,
  };
}
