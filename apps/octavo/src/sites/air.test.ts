import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { manualClock } from '@octavo/platform/clock.ts';
import { createAir, type PhoneEvent, type ReaderEvent } from './air.ts';

const HERE = '0123456789abcdef0123456789abcdef';
const SELECT = fromHex('00A404000E325041592E5359532E444446303100');

function open() {
  const clock = manualClock(1_800_000_000_000);
  const field = new Map<string, Channel>();
  const traced: Record<string, unknown>[] = [];
  const air = createAir({
    clock,
    trace: (_type, detail) => traced.push(detail as Record<string, unknown>),
    setAir: (name, channel) => {
      if (channel === undefined) field.delete(name);
      else field.set(name, channel);
    },
  });
  return { clock, field, traced, air };
}

test('a phone hears the field come and go, and a reader where the phone is', () => {
  const { air, field } = open();
  const phone: PhoneEvent[] = [];
  const reader: ReaderEvent[] = [];
  air.attachPhone(HERE, (event) => phone.push(event));
  const stay = air.attachReader(HERE, (event) => reader.push(event));
  equal(field.has(HERE), false);
  air.hold(HERE, true);
  equal(field.has(HERE), true);
  air.hold(HERE, false);
  equal(field.has(HERE), false);
  stay.end();
  deepEqual(phone, [
    { kind: 'field', on: false },
    { kind: 'field', on: true },
    { kind: 'field', on: false },
  ]);
  deepEqual(
    reader.map((event) => event.kind === 'phone' && event.state),
    ['nearby', 'near', 'nearby'],
  );
});

test('a phone hears what a reader announces with its field, whoever came first, and no longer than it is there', () => {
  const { air } = open();
  const phone: PhoneEvent[] = [];
  const hear = (event: PhoneEvent) => phone.push(event);
  air.attachPhone(HERE, hear);
  const stay = air.attachReader(HERE, () => {}, { announces: 'transit' });
  air.attachPhone(HERE, hear);
  stay.end();
  air.attachReader(HERE, () => {});
  const fields = phone.filter(({ kind }) => kind === 'field');
  deepEqual(fields, [
    { kind: 'field', on: false },
    { kind: 'field', on: true, announces: 'transit' },
    { kind: 'field', on: true, announces: 'transit' },
    { kind: 'field', on: false },
    { kind: 'field', on: true },
  ]);
});

test('a phone sees what its reader shows, and nobody sees what is shown to nobody', () => {
  const { air } = open();
  const phone: PhoneEvent[] = [];
  const shown = {
    outcome: 'opened',
    passage: 'entry',
    place: { en: 'Xinjie', zh: '新街' },
  } as const;
  equal(air.show(HERE, shown), false);
  air.attachPhone(HERE, (event) => phone.push(event));
  equal(air.show(HERE, shown), false);
  const stay = air.attachReader(HERE, () => {});
  equal(air.show(HERE, shown), true);
  stay.end();
  equal(air.show(HERE, shown), false);
  deepEqual(
    phone.filter(({ kind }) => kind === 'shown'),
    [{ kind: 'shown', shown }],
  );
});

test('a phone that is held before the field comes on is near at once', () => {
  const { air, field } = open();
  const reader: ReaderEvent[] = [];
  air.attachPhone(HERE, () => {});
  equal(air.hold(HERE, true), true);
  equal(field.has(HERE), false);
  air.attachReader(HERE, (event) => reader.push(event));
  deepEqual(reader, [{ kind: 'phone', state: 'near' }]);
  equal(field.has(HERE), true);
});

test('a command reaches the phone, its response the reader, and both the trace without the place’s name', async () => {
  const { air, field, traced } = open();
  air.attachReader(HERE, () => {});
  air.attachPhone(HERE, (event) => {
    if (event.kind === 'command') air.answer(HERE, event.id, fromHex('6A82'));
  });
  air.hold(HERE, true);
  equal(toHex((await field.get(HERE)?.(SELECT)) ?? SELECT), '6A82');
  equal(traced[0]?.command, toHex(SELECT));
  equal(traced[0]?.response, '6A82');
  equal(JSON.stringify(traced).includes(HERE), false);
});

test('the field is lost when the phone goes, is taken away, or does not answer in time; a late answer finds nobody', async () => {
  const { air, field, clock } = open();
  air.attachReader(HERE, () => {});
  const asked: number[] = [];
  const stay = air.attachPhone(HERE, (event) => {
    if (event.kind === 'command') asked.push(event.id);
  });
  air.hold(HERE, true);
  const channel = field.get(HERE) as Channel;

  const slow = rejects(channel(SELECT), FieldLost);
  await clock.advance(3_000);
  await slow;
  equal(air.answer(HERE, asked.at(-1) ?? 0, fromHex('9000')), false);

  const takenAway = rejects(channel(SELECT), FieldLost);
  air.hold(HERE, false);
  await takenAway;

  air.hold(HERE, true);
  const gone = rejects((field.get(HERE) as Channel)(SELECT), FieldLost);
  stay.end();
  await gone;
  equal(field.has(HERE), false);
});

test('an answer to another command than the last is nobody’s', async () => {
  const { air, field } = open();
  air.attachReader(HERE, () => {});
  let id = 0;
  air.attachPhone(HERE, (event) => {
    if (event.kind === 'command') id = event.id;
  });
  air.hold(HERE, true);
  const response = field.get(HERE)?.(SELECT);
  equal(air.answer(HERE, id + 1, fromHex('9000')), false);
  equal(air.answer(HERE, id, fromHex('6985')), true);
  equal(toHex((await response) ?? SELECT), '6985');
  equal(air.answer(HERE, id, fromHex('9000')), false);
});

test('a second phone at a place replaces the first, which can then do nothing', () => {
  const { air } = open();
  const first: PhoneEvent[] = [];
  // A stream that is told so ends its stay on the spot.
  const stay = air.attachPhone(HERE, (event) => {
    first.push(event);
    if (event.kind === 'replaced') stay.end();
  });
  air.attachPhone(HERE, () => {});
  deepEqual(first.at(-1), { kind: 'replaced' });
  stay.end();
  equal(air.hold(HERE, true), true);
  const reader: ReaderEvent[] = [];
  air.attachReader(HERE, (event) => reader.push(event));
  deepEqual(reader, [{ kind: 'phone', state: 'near' }]);
});

test('nobody is held where no phone lies', () => {
  const { air } = open();
  equal(air.hold(HERE, true), false);
});
