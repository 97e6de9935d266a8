import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { type LogLevel, openLog, traceToLog } from './log.ts';

function openTestLog(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const log = openLog({ level, destination: { write: (line: string) => lines.push(line) } });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}');
  return { log, lines, last };
}

test('a line is one JSON object with its message and fields', () => {
  const { log, lines, last } = openTestLog();
  log.with({ service: 'tokens' }).info('request', { path: '/tokens', status: 200 });
  equal(lines.length, 1);
  const { msg, service, path, status } = last();
  deepEqual([msg, service, path, status], ['request', 'tokens', '/tokens', 200]);
});

test('lines below the level are not written', () => {
  const { log, lines } = openTestLog('warn');
  log.info('quiet');
  log.warn('loud');
  equal(lines.length, 1);
});

test('fields that are secret by name are not written, however deep', () => {
  const { log, lines } = openTestLog();
  const secrets = {
    pan: 'S',
    cvn2: 'S',
    passcode: 'S',
    password: 'S',
    oneTimeCode: 'S',
    authorization: 'S',
    cookie: 'S',
    envelope: 'S',
    macKey: 'S',
    body: 'S',
    track2: 'S',
    card_number: 'S',
  };
  log.info('x', { ...secrets, inner: { list: [secrets] } });
  ok(!lines.join('').includes('"S"'));
});

test('a refusal’s code is no secret', () => {
  const { log, last } = openTestLog();
  log.info('refused', { code: 'tap.replayed' });
  equal(last().code, 'tap.replayed');
});

test('what looks like an account number is masked in fields, messages and errors', () => {
  const { log, lines } = openTestLog();
  const number = '6258249900000018';
  log.info(`card ${number}`, { text: `see ${number}`, list: [number] });
  log.error('failed', { error: new Error(`bad ${number}`) });
  // Digits in ASCII are digits in hexadecimal too.
  log.debug('bytes', { message: `0200${Buffer.from(number).toString('hex')}` });
  ok(!lines.join('').includes(number));
  ok(!lines.join('').includes(Buffer.from(number).toString('hex')));
  ok(lines[0]?.includes('625824******0018'));
});

test('bytes are written as their count, integers of any size as digits', () => {
  const { log, last } = openTestLog();
  log.info('x', { bytes: Uint8Array.of(1, 2, 3), amount: 1250n });
  deepEqual([last().bytes, last().amount], ['3 bytes', '1250']);
});

test('a circle of objects does not hang the log', () => {
  const { log, lines } = openTestLog();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  log.info('x', circle);
  equal(lines.length, 1);
});

test('events are written under the name of their service', () => {
  const { log, last } = openTestLog();
  const event = {
    type: 'tap.verdict',
    service: 'tokens',
    atMs: 5,
    detail: { code: 'tap.replayed' },
  };
  traceToLog(log)({ event });
  const { msg, service, detail } = last();
  deepEqual([msg, service, detail], ['tap.verdict', 'tokens', { code: 'tap.replayed' }]);
});
