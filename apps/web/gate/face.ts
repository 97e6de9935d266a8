/** What the gate's face shows for how things are: its ground, its leaves, and what it says in both languages. */
import type { GateView } from './api.ts';
import { type Both, type BothLines, both, bothLines, refusalWord } from './both.ts';
import type { End, Passage } from './passage.ts';
import type { GatePlace } from './place.ts';

/** A face. Dark listens, celadon lets through, paper does not. */
export type FaceLook = BothLines & {
  readonly ground: 'field' | 'flood' | 'paper';
  /** What is drawn on the leaves: where to tap, the way through, a bar, or nothing. */
  readonly sign: 'tap' | 'reading' | 'go' | 'bar';
  /** Of the token that was read. */
  readonly lastFour?: string | undefined;
  readonly isExpress?: boolean | undefined;
  readonly code?: string | undefined;
};

/** The face for a passage. `view` is how the gate stands, as far as the page has heard. */
export function faceOf(passage: Passage, view: GateView | undefined, at: GatePlace): FaceLook {
  switch (passage.kind) {
    case 'elsewhere':
      return { ground: 'paper', sign: 'bar', ...bothLines((face) => face.elsewhere) };
    case 'tapping':
      if (passage.isLost) return field('reading', (face) => face.lost);
      return field('reading', (face) =>
        passage.stage === 'deciding' ? face.deciding : face.reading,
      );
    case 'shown':
      return endFace(passage.end);
    case 'ready': {
      const shut = whyShut(view, at);
      if (shut !== undefined) return refusedFace(shut);
      if (passage.phone === 'unknown') {
        return { ground: 'paper', sign: 'bar', ...bothLines((face) => face.field) };
      }
      const mustLeave = passage.phone === 'near' && !passage.isFresh;
      return field('tap', (face) => (mustLeave ? face.stay : face.ready));
    }
  }
}

/** How the gate hangs together with its back office, in a line. */
export function linkOf(view: GateView): { readonly isUp: boolean; readonly words: Both } {
  const { settings, trouble, list } = view;
  const isUp = !settings.isOffline && trouble === undefined;
  const link = both(({ link }) =>
    settings.isOffline ? link.offline : trouble === undefined ? link.online : link.trouble,
  );
  const age = ageWords(list);
  return { isUp, words: { zh: `${link.zh} · ${age.zh}`, en: `${link.en} · ${age.en}` } };
}

/** How old the list is. */
export function ageWords(list: GateView['list']): Both {
  if (list === undefined) return both((face) => face.list.none);
  if (list.ageMs === undefined) return both((face) => face.list.unknown);
  const minutes = Math.floor(list.ageMs / 60_000);
  if (minutes < 1) return both((face) => face.list.now);
  if (minutes < 120) return both((face) => face.list.minutes, minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 72) return both((face) => face.list.hours, hours);
  return both((face) => face.list.days, Math.floor(hours / 24));
}

function field(sign: 'tap' | 'reading', of: Parameters<typeof bothLines>[0]): FaceLook {
  return { ground: 'field', sign, ...bothLines(of) };
}

function endFace(end: End): FaceLook {
  const { outcome, code, tokenLastFour: lastFour, isExpress, recordedAs } = end;
  const read = { lastFour, isExpress };
  switch (outcome) {
    case 'opened': {
      const passed = recordedAs === undefined || recordedAs === 'refused' ? 'entry' : recordedAs;
      return { ground: 'flood', sign: 'go', ...bothLines((face) => face[passed]), ...read };
    }
    case 'refused':
      return { ...refusedFace(code), ...read };
    case 'try_again':
    case 'see_phone':
    case 'no_card':
      return { ground: 'paper', sign: 'bar', ...bothLines((face) => face[outcome]), ...read };
  }
}

function refusedFace(code: string | undefined): FaceLook {
  const word = refusalWord(code);
  return { ground: 'paper', sign: 'bar', code, ...bothLines((face) => face.refused[word]) };
}

/** Why nobody gets through here now, whoever comes. */
function whyShut(view: GateView | undefined, { place }: GatePlace): string | undefined {
  if (view === undefined) return undefined;
  if (view.shut !== undefined) return view.shut;
  if (view.settings.isStationClosed) return 'gate.station_closed';
  return view.settings.leads === place.direction ? undefined : 'gate.wrong_direction';
}
