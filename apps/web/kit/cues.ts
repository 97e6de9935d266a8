/**
 * Sound and vibration of a payment and of a gate. No cue stands alone: words and ground say the same. Sounds are made here, without
 * files; vibration is there where the device has it.
 */

/** What a cue says: of a payment, and of a gate. */
export type Cue = 'read' | 'paid' | 'refused' | 'open' | 'shut';

/** The two ways of giving a cue, each a setting of its own. */
export type CueWay = 'sound' | 'vibration';

type Tone = { readonly hertz: number; readonly atMs: number; readonly lastsMs: number };

const TONES: Readonly<Record<Cue, readonly Tone[]>> = {
  read: [],
  paid: [
    { hertz: 880, atMs: 0, lastsMs: 70 },
    { hertz: 1175, atMs: 90, lastsMs: 70 },
  ],
  refused: [{ hertz: 220, atMs: 0, lastsMs: 140 }],
  open: [{ hertz: 1320, atMs: 0, lastsMs: 60 }],
  shut: [
    { hertz: 220, atMs: 0, lastsMs: 90 },
    { hertz: 220, atMs: 150, lastsMs: 90 },
  ],
};

const BUZZES: Readonly<Record<Cue, readonly number[]>> = {
  read: [12],
  paid: [20, 60, 30],
  refused: [60],
  open: [20, 60, 30],
  shut: [60],
};

/** A peak of −18 dBFS. */
const PEAK = 10 ** (-18 / 20);

/** A ramp at both ends of a tone, so that it does not click. */
const RAMP_S = 0.006;

let context: AudioContext | undefined;

/** Whether a way is on: as chosen, or else on, unless the system asks for less motion. */
export function isCueOn(way: CueWay): boolean {
  const chosen = localStorage.getItem(nameOf(way));
  if (chosen !== null) return chosen === 'on';
  return !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Choose whether a way is on at this site. */
export function chooseCue(way: CueWay, isOn: boolean): void {
  localStorage.setItem(nameOf(way), isOn ? 'on' : 'off');
}

/** Give a cue in every way that is on. */
export function giveCue(cue: Cue): void {
  if (isCueOn('vibration')) navigator.vibrate?.([...BUZZES[cue]]);
  if (isCueOn('sound')) play(TONES[cue]);
}

function play(tones: readonly Tone[]): void {
  if (tones.length === 0) return;
  context ??= new AudioContext();
  // Until somebody has touched the page, the browser keeps it still.
  if (context.state === 'suspended') void context.resume();
  for (const { hertz, atMs, lastsMs } of tones) {
    const begin = context.currentTime + atMs / 1_000;
    const end = begin + lastsMs / 1_000;
    const loudness = context.createGain();
    loudness.gain.setValueAtTime(0, begin);
    loudness.gain.linearRampToValueAtTime(PEAK, begin + RAMP_S);
    loudness.gain.setValueAtTime(PEAK, end - RAMP_S);
    loudness.gain.linearRampToValueAtTime(0, end);
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(loudness).connect(context.destination);
    tone.start(begin);
    tone.stop(end);
  }
}

function nameOf(way: CueWay): string {
  return `octavo.cue.${way}`;
}
