/**
 * The steps that a payment takes when all goes well, and where in a journey an event stands. What lies beyond the
 * furthest step that was reached never happened.
 */
import { toHex } from '../bytes/bytes.ts';
import { readCommand } from '../explain/command.ts';
import type { ExplainedExchange } from '../explain/explain.ts';
import { PPSE_NAME } from '../globalplatform/aids.ts';
import { bytesIn, type JourneyEvent, type Message, textOf } from './event.ts';
import type { Words } from './names.ts';
import type { NodeKind } from './node.ts';
import { type LegName, TITLES } from './words.ts';

/** Where an event stands, and what its node is called. */
export type Step = {
  readonly name: string;
  readonly leg: LegName;
  readonly kind: NodeKind;
  readonly title: Words;
};

/** The way there, and the way back. */
const THERE: readonly Step[] = [
  step('selectList', 'phone', 'apdu'),
  step('selectApplication', 'phone', 'apdu'),
  step('options', 'phone', 'apdu'),
  step('asked', 'acquirer', 'message'),
  step('withToken', 'network', 'message'),
  step('checked', 'network', 'checks'),
  step('withCard', 'network', 'message'),
  step('decided', 'issuer', 'decision'),
  step('posted', 'issuer', 'posting'),
];
const BACK: readonly Step[] = [
  step('issuerAnswer', 'back', 'message'),
  step('networkAnswer', 'back', 'message'),
  step('tillAnswer', 'back', 'message'),
  step('receipt', 'back', 'receipt'),
];

/** A transit advice ends with its verdict; a deferred charge has no phone and no till. */
const ADVISED = [
  [step('advised', 'network', 'message'), step('checked', 'network', 'checks')],
  [step('adviceAnswer', 'back', 'message')],
];
const CHARGED = [[step('charged', 'network', 'message'), ...THERE.slice(5)], BACK.slice(0, 2)];

/** The steps after the furthest that was reached, there and back; `reached` are names of steps. */
export function missingSteps(reached: readonly string[]): readonly Step[] {
  const isCharge = reached.includes('charged');
  const ways = reached.includes('advised') ? ADVISED : isCharge ? CHARGED : [THERE, BACK];
  return ways.flatMap((way) => {
    const furthest = way.findLastIndex(({ name }) => reached.includes(name));
    return way.slice(furthest + 1);
  });
}

/** What is known of an event where its step is looked for. */
type Placed = {
  readonly event: JourneyEvent;
  readonly message: Message | undefined;
  readonly explained: ExplainedExchange | undefined;
  /** After the terminal's outcome, or once somebody takes the payment back. */
  readonly isLate: boolean;
};

/** The step of an event. */
export function stepOf({ event, message, explained, isLate }: Placed): Step {
  if (explained !== undefined) return exchangeStep(event);
  if (message !== undefined) return messageStep(message, isLate);
  if (event.type === 'receipt') return step('receipt', 'back', 'receipt');
  // The issuer's word on a reversal is none on the payment.
  const isAbout = isLate && event.type === 'issuer.decision';
  const found = isAbout ? step('reversalDecided', 'after', 'decision') : eventStep(event);
  return isLate ? { ...found, leg: 'after' } : found;
}

const INS_SELECT = 0xa4;
const TITLED: Readonly<Record<number, keyof typeof TITLES>> = {
  168: 'options',
  178: 'readRecord',
  202: 'getData',
};

function exchangeStep(event: JourneyEvent): Step {
  const command = readCommand(bytesIn(event, 'command') ?? new Uint8Array(0));
  if (typeof command === 'string') return step('command', 'phone', 'apdu');
  if (command.ins !== INS_SELECT) return step(TITLED[command.ins] ?? 'command', 'phone', 'apdu');
  const isList = toHex(command.data) === PPSE_NAME;
  return step(isList ? 'selectList' : 'selectApplication', 'phone', 'apdu');
}

const REQUESTS = {
  'terminal-acquirer': ['asked', 'acquirer'],
  'acquirer-network': ['withToken', 'network'],
  'network-issuer': ['withCard', 'network'],
} as const;
/** DE22 of a deferred charge: credentials on file. Profile octavo-1, section 15. */
const CHARGE_ENTRY_MODE = '102';
const ANSWERS = {
  'terminal-acquirer': 'tillAnswer',
  'acquirer-network': 'networkAnswer',
  'network-issuer': 'issuerAnswer',
} as const;

function messageStep({ mti, leg, fields }: Message, isLate: boolean): Step {
  const isAnswer = /[13]/.test(mti[2] ?? '');
  if (mti.startsWith('04')) {
    const name = isAnswer ? 'reversalAnswer' : mti.endsWith('1') ? 'reversalAgain' : 'reversal';
    const title = numbered(mti, TITLES[name], fields[39], isAnswer);
    return { name, leg: 'after', kind: 'message', title };
  }
  if (isAnswer) {
    const name = mti === '0230' ? 'adviceAnswer' : ANSWERS[leg];
    const found = step(name, isLate ? 'after' : 'back', 'message');
    return { ...found, title: withCode(TITLES[name], fields[39]) };
  }
  if (/^022[01]$/.test(mti)) return step('advised', isLate ? 'after' : 'network', 'message');
  if (/^0[12]0[01]$/.test(mti)) {
    const isCharge = leg === 'acquirer-network' && fields[22] === CHARGE_ENTRY_MODE;
    const [name, at] = isCharge ? (['charged', 'network'] as const) : REQUESTS[leg];
    return step(name, isLate ? 'after' : at, 'message');
  }
  const title = numbered(mti, TITLES.message, undefined, false);
  return { name: 'message', leg: isLate ? 'after' : 'network', kind: 'message', title };
}

/** `0420 reversal`, `0430 reversal answered 00`. */
function numbered(mti: string, words: Words, code: string | undefined, isAnswer: boolean): Words {
  const titled = { en: `${mti} ${words.en}`, zh: `${mti} ${words.zh}` };
  return isAnswer ? withCode(titled, code) : titled;
}

function withCode({ en, zh }: Words, code: string | undefined): Words {
  return code === undefined ? { en, zh } : { en: `${en} ${code}`, zh: `${zh} ${code}` };
}

function eventStep(event: JourneyEvent): Step {
  const { type, service } = event;
  if (type === 'tap.verdict') return step('checked', 'network', 'checks');
  if (type === 'issuer.decision') return step('decided', 'issuer', 'decision');
  if (type === 'ledger.posted') {
    const isBack = textOf(event, 'kind') === 'reversal';
    return isBack ? step('takenBack', 'after', 'posting') : step('posted', 'issuer', 'posting');
  }
  if (type === 'terminal.outcome') return step('outcome', 'back', 'told');
  if (type === 'terminal.read') return step('cardRead', 'phone', 'told');
  if (type === 'terminal.take_back') return step('askedBack', 'after', 'told');
  if (type === 'terminal.reversed') return step('settled', 'after', 'told');
  if (type.endsWith('.refused')) return step('refused', legOf(service), 'refusal');
  if (type.startsWith('issuer.')) return step('silent', 'issuer', 'told');
  return step('told', legOf(service), 'told');
}

function legOf(service: string): LegName {
  if (service === 'acquirer') return 'acquirer';
  if (service === 'issuer') return 'issuer';
  return service === 'network' || service === 'tokens' ? 'network' : 'after';
}

function step(name: keyof typeof TITLES, leg: LegName, kind: NodeKind): Step {
  return { name, leg, kind, title: TITLES[name] };
}
