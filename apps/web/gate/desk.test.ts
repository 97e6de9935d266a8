import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionLost, Refused } from '../kit/ask.ts';
import type { TapAnswer } from './api.ts';
import { type Heard, openDesk } from './desk.ts';
import type { End, Passage } from './passage.ts';

const OPENED: TapAnswer = { outcome: 'opened', message: { zh: '请通行', en: 'Go' } };
const NEAR: Heard = { kind: 'phone', state: 'near' };
const NEARBY: Heard = { kind: 'phone', state: 'nearby' };

test('a tap goes out again under the same id after a lost line and while the gate is busy', async () => {
  const gate = bench([
    () => Promise.reject(new ConnectionLost('gone')),
    () => Promise.reject(new Refused('gate.busy')),
    () => Promise.resolve(OPENED),
  ]);
  gate.hear(NEAR);
  const shown = await gate.until('shown');
  equal(shown.end.outcome, 'opened');
  equal(gate.sent.length, 3);
  equal(new Set(gate.sent).size, 1);
  gate.desk.close();
});

test('what the gate will not take stays shut by its code, and is sent no more', async () => {
  const gate = bench([() => Promise.reject(new Refused('request.malformed'))]);
  gate.hear(NEAR);
  const { end } = await gate.until('shown');
  deepEqual(end, { outcome: 'refused', code: 'request.malformed' });
  equal(gate.sent.length, 1);
  gate.desk.close();
});

test('the phone sees how it ended, once, and it is no matter that it has gone', async () => {
  const gate = bench([() => Promise.resolve(OPENED)]);
  gate.hear(NEAR);
  await gate.until('shown');
  deepEqual(gate.seen, [OPENED]);
  gate.desk.close();
});

test('the gate is ready again by itself, and the next tap is one of its own', async () => {
  const gate = bench([() => Promise.resolve(OPENED), () => Promise.resolve(OPENED)]);
  gate.hear(NEAR);
  await gate.until('ready');
  gate.hear(NEARBY);
  gate.hear(NEAR);
  await gate.until('shown');
  equal(new Set(gate.sent).size, 2);
  gate.desk.close();
});

test('another window takes the field, and gives it back when this one asks', async () => {
  const gate = bench([]);
  gate.hear({ kind: 'replaced' });
  await gate.until('elsewhere');
  equal(gate.fields(), 1);
  gate.desk.again();
  equal(gate.desk.passage().kind, 'ready');
  equal(gate.fields(), 2);
  gate.desk.close();
});

test('a lost field is taken up again, and is off when the gate is closed', async () => {
  const gate = bench([]);
  gate.drop();
  await gate.settled();
  equal(gate.fields(), 2);
  gate.desk.close();
  await gate.settled();
  equal(gate.openFields(), 0);
});

test('a gate that was left asks no more, though its tap has no answer yet', async () => {
  const gate = bench([...Array(50)].map(() => () => Promise.reject(new ConnectionLost('gone'))));
  gate.hear(NEAR);
  await gate.until('tapping');
  gate.desk.close();
  await gate.settled();
  const before = gate.sent.length;
  await gate.settled();
  equal(gate.sent.length, before);
});

/** A desk at a gate that answers by a script; time passes as soon as somebody waits for it. */
function bench(script: (() => Promise<TapAnswer>)[]) {
  const sent: string[] = [];
  const seen: End[] = [];
  const heard: (Heard | Error)[] = [];
  let wake = () => {};
  let fields = 0;
  let open = 0;
  let ids = 0;
  let nowMs = 0;
  async function* field(signal: AbortSignal): AsyncGenerator<Heard> {
    fields += 1;
    open += 1;
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        const next = heard.shift();
        if (next instanceof Error) throw next;
        if (next !== undefined) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      open -= 1;
    }
  }
  const desk = openDesk({
    tap: async (requestId) => {
      sent.push(requestId);
      return (script.shift() ?? (() => Promise.reject(new Refused('gate.out_of_script'))))();
    },
    progress: () => Promise.resolve('reading'),
    field,
    show: async (end) => {
      seen.push(end);
      throw new Refused('air.nobody');
    },
    newId: () => `id ${++ids}`,
    nowMs: () => nowMs,
    wait: async (ms) => {
      await new Promise((resolve) => setImmediate(resolve));
      nowMs += ms;
    },
  });
  const push = (one: Heard | Error) => {
    heard.push(one);
    wake();
  };
  return {
    desk,
    sent,
    seen,
    hear: push,
    drop: () => push(new ConnectionLost('gone')),
    fields: () => fields,
    openFields: () => open,
    settled: async () => {
      for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    until: <Kind extends Passage['kind']>(kind: Kind) =>
      new Promise<Extract<Passage, { kind: Kind }>>((resolve) => {
        let wasElse = desk.passage().kind !== kind || kind === 'elsewhere';
        const look = () => {
          const passage = desk.passage();
          if (passage.kind !== kind) wasElse = true;
          else if (wasElse) resolve(passage as Extract<Passage, { kind: Kind }>);
        };
        desk.subscribe(look);
        look();
      }),
  };
}
