/** `octavo tap`: the whole story in one command, offline. */
import { join } from 'node:path';
import { cardRanges } from '@octavo/domain/demo.ts';
import { CNY, currencies, parseAmount } from '@octavo/domain/money.ts';
import { refusals } from '@octavo/domain/refusal.ts';
import { instantOfLocal, localTime } from '@octavo/domain/time.ts';
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';
import { readConfig } from '@octavo/platform/config.ts';
import { type Command, type GivenOptions, textOption, UsageError } from '../arguments.ts';
import { chooseMarks, choosePalette, chooseWidth } from '../paint.ts';
import { operatorKeyOf, worldOption, worldUrlOf } from '../remote-world.ts';
import type { Show } from '../show.ts';
import { showJson } from '../show-json.ts';
import { showText } from '../show-text.ts';
import type { StoryOptions } from '../story.ts';
import type { Surroundings } from '../surroundings.ts';

/** The card of the story unless another is named. */
const FIRST_CARD = '9999010000000000010';

/** The command. */
export const tapCommand: Command = {
  name: 'tap',
  summary: 'one card, one phone, one purchase, and every cheat refused',
  options: {
    number: {
      kind: 'text',
      value: '<digits>',
      help: 'the card: any valid number of the demo bank, or a test card (docs/test-cards.md)',
    },
    amount: { kind: 'text', value: '<28.50>', help: 'what the purchase costs' },
    merchant: {
      kind: 'text',
      value: '<name>',
      help: 'where it is made, at most 25 Latin characters',
    },
    date: { kind: 'text', value: '<YYYY-MM-DD>', help: 'sets the world’s clock to that day' },
    currency: {
      kind: 'text',
      value: '<156>',
      help: 'numeric currency; one that the account does not hold is refused',
    },
    world: worldOption(
      'play against a running world, with the operator key in OCTAVO_OPERATOR_KEY',
    ),
    'known-keys': {
      kind: 'flag',
      help: 'use published test keys and print them, so that you can recompute everything',
    },
    'no-cheats': { kind: 'flag', help: 'the purchase alone' },
    bytes: { kind: 'flag', help: 'every byte and field' },
  },
  examples: [
    'tap',
    'tap --amount 99.90 --merchant "Noodle House"',
    'tap --number 9999020000000010 --json',
  ],
  run: runTap,
};

async function runTap(
  given: GivenOptions,
  _words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const begun = performance.now();
  const config = readConfig(surroundings.environment);
  const startMs = startOf(given);
  const options = storyOptions(given, () => performance.now() - begun);
  const world = worldUrlOf(given);
  const knownKeys = given['known-keys'] === true;
  if (world !== undefined && knownKeys)
    throw new UsageError('--known-keys plays in a world of its own');
  const show = chooseShow(given, surroundings);
  const note = world ?? (knownKeys ? 'offline, published test keys' : 'offline, fresh keys');
  show.title('octavo tap', 'one card, one phone, one purchase', note);
  // Everything heavy loads only now, after the first line.
  const { playStory } = await import('../story.ts');
  const { openLocalStage, openRemoteStage, publishedMasterKeys } = await import('../stages.ts');
  const stage =
    world === undefined
      ? await openLocalStage({ knownKeys, startMs, imageFolder: config.cache })
      : await openRemoteStage(
          world,
          operatorKeyOf(config),
          config.cache,
          join(config.home, 'sims.json'),
        );
  try {
    if (knownKeys) tellKnownKeys(show, publishedMasterKeys());
    return (await playStory(stage, options, show)) ? 0 : 1;
  } finally {
    await stage.close();
  }
}

function tellKnownKeys(show: Show, keys: { ac: string; mac: string; enc: string }): void {
  show.event({
    type: 'keys.published',
    service: 'tokens',
    atMs: 0,
    detail: {
      keyIndex: '01',
      masterKeyAc: keys.ac,
      masterKeyMac: keys.mac,
      masterKeyEnc: keys.enc,
    },
  });
  show.note('Published test keys; with them you can recompute every cryptogram of this run.');
  show.note(`   master key, cryptogram     ${keys.ac}`);
  show.note(`   master key, MAC            ${keys.mac}`);
  show.note(`   master key, encipherment   ${keys.enc}`);
  show.note('');
}

function chooseShow(given: GivenOptions, surroundings: Surroundings): Show {
  const write = (line: string) => surroundings.stdout.write(line);
  if (given.json === true) return showJson(write);
  return showText(write, {
    palette: choosePalette(surroundings),
    width: chooseWidth(surroundings),
    marks: chooseMarks(surroundings),
  });
}

function storyOptions(given: GivenOptions, elapsedMs: () => number): StoryOptions {
  const number = numberOf(given);
  const currency = textOption(given, 'currency') ?? CNY;
  if (!Object.hasOwn(currencies, currency)) {
    throw new UsageError(`--currency takes one of ${Object.keys(currencies).join(', ')}`);
  }
  const amountMinor = parseAmount(textOption(given, 'amount') ?? '28.50', currency);
  if (amountMinor === undefined || amountMinor === 0n)
    throw new UsageError('--amount takes a sum such as 28.50');
  const merchant = textOption(given, 'merchant') ?? 'Lane Coffee';
  if (!/^[\x20-\x7e]{1,25}$/.test(merchant))
    throw new UsageError('--merchant takes 1 to 25 Latin characters');
  return {
    number,
    amountMinor,
    currency,
    merchant,
    everyByte: given.bytes === true,
    withCheats: given['no-cheats'] !== true,
    elapsedMs,
  };
}

/** The card's number; undefined on a running world, where the story draws a fresh one unless one is named. */
function numberOf(given: GivenOptions): string | undefined {
  const named = textOption(given, 'number')?.replaceAll(' ', '');
  if (named === undefined) return textOption(given, 'world') === undefined ? FIRST_CARD : undefined;
  if (!/^\d{12,19}$/.test(named)) throw new UsageError('--number takes 12 to 19 digits');
  if (!isLuhnValid(named)) throw new UsageError(`--number: ${refusals['card.luhn_wrong'].en}`);
  const range = cardRanges.find(
    ({ bin, length }) => named.startsWith(bin) && named.length === length,
  );
  if (range === undefined) {
    const ranges = cardRanges.map(({ bin, length }) => `${bin}… (${length} digits)`).join(' or ');
    throw new UsageError(`--number: the demo bank issues ${ranges}`);
  }
  return named;
}

/** The world's first instant: now, or the same time on the day that was asked for. */
function startOf(given: GivenOptions): number {
  const date = textOption(given, 'date');
  const nowMs = Date.now();
  if (date === undefined) return nowMs;
  if (textOption(given, 'world') !== undefined)
    throw new UsageError('--date: a running world has its own clock');
  const { time } = localTime(nowMs);
  const clockTime = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}`;
  const startMs = instantOfLocal(date, clockTime);
  if (startMs === undefined) throw new UsageError('--date takes a day such as 2026-11-22');
  return startMs;
}
