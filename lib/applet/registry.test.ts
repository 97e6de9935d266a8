import { equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { installInstance } from '../globalplatform/commands.ts';
import {
  agree,
  Bench,
  INSTANCE,
  OTHER_INSTANCE,
  PROFILE,
  personalise,
  SecureChannel,
} from './bench.test.ts';

const SELECT = '00A4040009A0000001514352530000';
const SECOND = 'A0000003330101010009';
const activate = (aid: string): string => `80F001010C4F0A${aid}00`;
const deactivate = (aid: string): string => `80F001000C4F0A${aid}00`;
const ALL = '80F24000024F0000';

/** Two personalised instances, a third only installed, and the registry selected. */
async function twoTokens(): Promise<Bench> {
  const bench = new Bench();
  const keys = await agree(bench);
  personalise(bench, keys, PROFILE);
  personalise(bench, keys, { ...PROFILE, kind: 'credit', instanceAid: OTHER_INSTANCE });
  const names = { package: 'A00000033301', module: 'A0000003330101', instance: SECOND };
  new SecureChannel(bench, keys).send(installInstance(names));
  bench.wired(SELECT);
  return bench;
}

const entry = (aid: string, states: string, counter: string): string =>
  `61154F0A${aid}9F7002${states}8002${counter}`;

test('SELECT tells the version and how often the registry has changed', async () => {
  const bench = await twoTokens();
  same(bench.wired(SELECT), '6F168409A00000015143525300A5099F08020100800200009000');
  bench.wired(activate(INSTANCE));
  same(bench.wired(SELECT).slice(-8), '00019000');
});

test('GET STATUS lists every instance with its life cycle and contactless state', async () => {
  const bench = await twoTokens();
  bench.wired(activate(INSTANCE));
  const entries = [
    entry(INSTANCE, '0F01', '0001'),
    entry(OTHER_INSTANCE, '0F00', '0000'),
    entry(SECOND, '0700', '0000'),
  ];
  same(bench.wired(ALL), `${entries.join('')}9000`);
});

test('GET STATUS by the beginning of a name, and with a list of tags', async () => {
  const bench = await twoTokens();
  same(
    bench.wired('80F240000A4F08A00000033301010200'),
    `${entry(OTHER_INSTANCE, '0F00', '0000')}9000`,
  );
  same(bench.wired('80F24000034F005C00'), '6A80');
  same(bench.wired('80F24000054F005C018000'), '610480020000'.repeat(3).concat('9000'));
  same(bench.wired('80F24000054F005C018700'), '6A88');
  same(bench.wired('80F240000A4F08A00000033301010300'), '6A88');
});

test('there is never a next part to ask for', async () => {
  const bench = await twoTokens();
  same(bench.wired('80F24001024F0000'), '6985');
  same(bench.wired('80F24002024F0000'), '6A86');
  same(bench.wired('80F28000024F0000'), '6A86');
});

test('activating an instance deactivates every other one', async () => {
  const bench = await twoTokens();
  same(bench.wired(activate(INSTANCE)), '9000');
  same(bench.wired(activate(OTHER_INSTANCE)), '9000');
  const entries = [
    entry(INSTANCE, '0F00', '0002'),
    entry(OTHER_INSTANCE, '0F01', '0001'),
    entry(SECOND, '0700', '0000'),
  ];
  same(bench.wired(ALL), `${entries.join('')}9000`);
  same(bench.air(`00A404000A${INSTANCE}00`), '6A82');
  same(bench.air(`00A404000A${OTHER_INSTANCE}00`).slice(-4), '9000');
});

test('what stands already changes nothing', async () => {
  const bench = await twoTokens();
  bench.wired(activate(INSTANCE));
  const before = bench.wired(ALL);
  same(bench.wired(activate(INSTANCE)), '9000');
  same(bench.wired(deactivate(OTHER_INSTANCE)), '9000');
  same(bench.wired(ALL), before);
});

test('unknown and unpersonalised names are given back, and the others stay done', async () => {
  const bench = await twoTokens();
  same(bench.wired(activate(SECOND)), `A10C4F0A${SECOND}6320`);
  const unknown = 'A0000003330101010077';
  same(bench.wired(`80F00101184F0A${unknown}4F0A${OTHER_INSTANCE}00`), `A10C4F0A${unknown}6320`);
  same(bench.air(`00A404000A${OTHER_INSTANCE}00`).slice(-4), '9000');
});

test('a deactivated instance is gone from the air at once', async () => {
  const bench = await twoTokens();
  bench.wired(activate(INSTANCE));
  bench.air(`00A404000A${INSTANCE}00`);
  same(bench.air('80CA9F3600').slice(-4), '9000');
  same(bench.wired(deactivate(INSTANCE)), '9000');
  same(bench.air('80CA9F3600'), '6985');
  same(bench.air('00A404000E325041592E5359532E444446303100'), '6A82');
});

test('non-activatable, priority and malformed names are refused', async () => {
  const bench = await twoTokens();
  same(bench.wired(`80F001800C4F0A${INSTANCE}00`), '6A86');
  same(bench.wired(`80F001020C4F0A${INSTANCE}00`), '6A80');
  same(bench.wired(`80F002020C4F0A${INSTANCE}00`), '6A86');
  same(bench.wired('80F0010100'), '6A80');
  same(bench.wired('80F00101024F0A00'), '6A80');
  same(bench.wired('80CA9F7F00'), '6D00');
  same(bench.wired('84F24000024F0000'), '6E00');
});

test('the activated instance survives power-off', async () => {
  const bench = await twoTokens();
  bench.wired(activate(INSTANCE));
  bench.powerCut();
  same(bench.air(`00A404000A${INSTANCE}00`).slice(-4), '9000');
});
