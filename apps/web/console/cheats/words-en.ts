/** The words of the page in English. */
import type { Words } from '../../kit/words-table.ts';

/** All of them. */
export const words = {
  title: 'Cheats',
  payment: 'Payments at a till',
  transit: 'Transit: gates and those behind them',
  runAll: 'Run all',
  run: 'Run',
  runOne: 'Run “{{name}}”',
  stop: 'Stop after this one',
  cheat: 'What it tries',
  expected: 'Must come to',
  result: 'Came to',
  storedAnswer: 'the stored answer',
  stored: 'Stored answer, nothing posted',
  approved: 'Approved',
  notRun: 'Not run yet',
  now: 'Playing',
  next: 'Waits its turn',
  tap: 'Its bytes',
  tapNumber: 'Tap {{number}}',
  standing: 'How far it is',
  of: 'of {{count}} refused as they must be',
  intro: 'Each is played on the running services, by people, phones and liars of its own.',
  held_one: '{{count}} cheat was refused by the check that stands in its way.',
  held_other: '{{count}} cheats were refused, each by the check that stands in its way.',
  playing: 'Playing “{{name}}”',
  passed: '“{{name}}” was not refused as it must be. Everything has stopped.',
  passedLine: 'A check that stands in its way did not hold. Open its bytes before anything else.',
} satisfies Words;
