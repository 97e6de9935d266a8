/** The cheats: one for every check that stands in the way, each played on the running services. */
import type { RefusalCode } from '@octavo/domain/refusal.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { Fields } from '@octavo/lib/iso8583/message.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import type { ElementHost } from '@octavo/platform/element.ts';
import * as tokens from '@octavo/services/tokens';
import * as wallet from '@octavo/services/wallet';
import { addCard, confirmHolder, copyElement, type Handset } from './actors.ts';
import { type CheatResult, type CheatWith, TapFailed, type Words } from './cheat.ts';
import { type CrookedTerminal, changedChip } from './crooked-terminal.ts';
import { expectDone, newId, type PrintedCard } from './phone.ts';
import type { Stage } from './stage.ts';

/** One cheat on payments. */
export type Cheat = CheatWith<Props>;

/** What the cheats are played with. */
export type Props = {
  readonly stage: Stage;
  readonly crook: CrookedTerminal;
  readonly card: PrintedCard;
  /** The holder's phone with one active token. */
  readonly handset: Handset;
  readonly instanceAid: string;
  readonly tokenReference: string;
  /** Another phone of the holder's, with the same card. */
  spareHandset(): Promise<Handset>;
  /** A laboratory phone with the same card, made once: its element answers without its holder. */
  laboratoryHandset(): Promise<Handset>;
  /**
   * Send, and tell what the services made of it. `send` resolves to true when the answer to an approved message
   * came back unchanged.
   */
  judge(send: () => Promise<unknown>): Promise<CheatResult>;
};

const AMOUNT_MINOR = 2850n;

/** All cheats in the order in which they are told. Each leaves the holder's token able to pay. */
export const cheats: readonly Cheat[] = [
  {
    name: 'same message again',
    tries: 'sends the same bytes twice',
    zh: { name: '同一报文再发', tries: '把同样的字节发送两次' },
    expected: { outcome: 'stored_answer' },
    play: async (props) => {
      const draft = props.crook.draft(await goodTap(props));
      const { message, answer } = await props.crook.send(draft.fields);
      return props.judge(async () => isSameAnswer(answer, await props.crook.sendAgain(message)));
    },
  },
  {
    name: 'used tap, new message',
    tries: 'sends a used tap under a new trace number',
    zh: { name: '碰过的再报一次', tries: '用过的碰一碰换个流水号再发' },
    expected: { outcome: 'refused', code: 'tap.replayed' },
    play: async (props) => {
      const request = await goodTap(props);
      await props.crook.send(props.crook.draft(request).fields);
      return props.judge(() => props.crook.send(props.crook.draft(request).fields));
    },
  },
  {
    name: 'tap held back',
    tries: 'sends a good tap after a later one',
    zh: { name: '压下的碰一碰', tries: '后一次碰一碰先发，前一次后发' },
    expected: { outcome: 'refused', code: 'tap.counter_behind' },
    play: async (props) => {
      const earlier = await goodTap(props);
      await props.crook.send(props.crook.draft(await goodTap(props)).fields);
      return props.judge(() => props.crook.send(props.crook.draft(earlier).fields));
    },
  },
  {
    name: 'copied element',
    tries: 'a copy taps first, then the real phone',
    zh: { name: '复制的安全元件', tries: '复制品先碰，真手机后碰' },
    expected: { outcome: 'refused', code: 'tap.clone_proved' },
    play: async (props) => {
      const { handset, instanceAid } = await spareCard(props);
      const copy = await copyElement(props.stage, handset.memory.snapshot());
      const stolen = await tapOf(props, { ...handset, host: copy.host }, instanceAid);
      await props.crook.send(props.crook.draft(stolen).fields);
      const honest = await tapOf(props, handset, instanceAid);
      return props.judge(() => props.crook.send(props.crook.draft(honest).fields));
    },
  },
  {
    name: 'element set back',
    tries: 'an older state of the element taps again',
    zh: { name: '退回的安全元件', tries: '安全元件退回旧状态，再碰一次' },
    expected: { outcome: 'refused', code: 'tap.clone_proved' },
    play: async (props) => {
      const { handset, instanceAid } = await spareCard(props);
      const before = handset.memory.snapshot();
      await props.crook.send(props.crook.draft(await tapOf(props, handset, instanceAid)).fields);
      const older = await copyElement(props.stage, before);
      const again = await tapOf(props, { ...handset, host: older.host }, instanceAid);
      return props.judge(() => props.crook.send(props.crook.draft(again).fields));
    },
  },
  changedField(
    { name: 'other amount', tries: 'changes DE4 after the tap' },
    { name: '改金额', tries: '碰一碰之后改 DE4' },
    'tap.amount_differs',
    { 4: '000000285000' },
  ),
  changedField(
    { name: 'other currency', tries: 'changes DE49 after the tap' },
    { name: '改币种', tries: '碰一碰之后改 DE49' },
    'tap.currency_differs',
    { 49: '840' },
  ),
  {
    name: 'other date',
    tries: 'changes DE13 after the tap',
    zh: { name: '改日期', tries: '碰一碰之后改 DE13' },
    expected: { outcome: 'refused', code: 'tap.date_differs' },
    play: async (props) => {
      const { fields } = props.crook.draft(await goodTap(props));
      const other = fields[13] === '0101' ? '0102' : '0101';
      return props.judge(() => props.crook.send({ ...fields, 13: other }));
    },
  },
  changedChipCheat(
    { name: 'other reader’s number', tries: 'changes 9F37 in the chip data' },
    { name: '改读卡器的随机数', tries: '改芯片数据里的 9F37' },
    '9F37',
    (value) => value.map((byte) => byte ^ 0xff),
  ),
  changedChipCheat(
    { name: 'other sealed results', tries: 'changes the CVR inside 9F10' },
    { name: '改密封的结果', tries: '改 9F10 里的 CVR' },
    '9F10',
    (value) => value.map((byte, index) => (index === 6 ? byte ^ 0x02 : byte)),
  ),
  {
    name: 'keys of another token',
    tries: 'another token seals, this one is named',
    zh: { name: '别的令牌的密钥', tries: '由另一个令牌密封，报文写这一个' },
    expected: { outcome: 'refused', code: 'tap.cryptogram_wrong' },
    play: async (props) => {
      const other = await spareCard(props);
      const foreign = await tapOf(props, other.handset, other.instanceAid);
      const own = props.crook.draft(await goodTap(props));
      const { fields } = props.crook.draft(foreign);
      return props.judge(() =>
        props.crook.send({ ...own.fields, 55: fields[55] ?? '', 11: fields[11] ?? '' }),
      );
    },
  },
  {
    name: 'nobody confirmed',
    tries: 'a laboratory element answers without its holder',
    zh: { name: '没人确认', tries: '实验室元件不等持卡人就应答' },
    expected: { outcome: 'refused', code: 'tap.holder_not_verified' },
    play: async (props) => {
      const request = await laboratoryTap(props);
      return props.judge(() => props.crook.send(props.crook.draft(request).fields));
    },
  },
  {
    name: 'reader told more',
    tries: 'CTQ claims a holder that the CVR does not',
    zh: { name: '对读卡器多报', tries: 'CTQ 说持卡人已验证，CVR 没说' },
    expected: { outcome: 'refused', code: 'tap.ctq_overclaims' },
    play: async (props) => {
      const request = await laboratoryTap(props);
      const { fields } = props.crook.draft(request);
      const chip = changedChip(request, { '9F6C': fromHex('0080') });
      return props.judge(() => props.crook.send({ ...fields, 55: chip }));
    },
  },
  {
    name: 'suspended token',
    tries: 'taps while the holder has the card suspended',
    zh: { name: '已暂停的令牌', tries: '持卡人暂停了这张卡，还拿来碰' },
    expected: { outcome: 'refused', code: 'token.suspended' },
    play: async (props) => {
      await changeCard(props, 'suspend');
      const request = await goodTap(props);
      const result = await props.judge(() => props.crook.send(props.crook.draft(request).fields));
      await changeCard(props, 'resume');
      return result;
    },
  },
  {
    name: 'number keyed in',
    tries: 'types the token number without a tap',
    zh: { name: '手输号码', tries: '不碰一碰，直接输入令牌号' },
    expected: { outcome: 'refused', code: 'token.wrong_domain' },
    play: async (props) => {
      const { fields } = props.crook.draft(await goodTap(props));
      const { 55: _chip, 35: _track, 23: _sequence, ...typed } = fields;
      return props.judge(() => props.crook.send({ ...typed, 22: '012' }));
    },
  },
  {
    name: 'altered on the line',
    tries: 'a wrong MAC from the terminal',
    zh: { name: '途中被改', tries: '终端报文的 MAC 是错的' },
    expected: { outcome: 'refused', code: 'terminal.mac_wrong' },
    play: async (props) => {
      const { fields } = props.crook.draft(await goodTap(props));
      return props.judge(() => props.crook.send(fields, { spoilMac: true }));
    },
  },
];

/** Whether an approval came back word for word; the MAC (DE64) covers the rest and need not be compared. */
function isSameAnswer(first: Fields, second: Fields): boolean {
  const words = ({ 64: _mac, ...rest }: Fields) => JSON.stringify(Object.entries(rest).sort());
  return first[39] === '00' && words(first) === words(second);
}

function changedField(
  words: Words,
  zh: Words,
  code: RefusalCode,
  change: Readonly<Record<number, string>>,
): Cheat {
  return {
    ...words,
    zh,
    expected: { outcome: 'refused', code },
    play: async (props) => {
      const { fields } = props.crook.draft(await goodTap(props));
      return props.judge(() => props.crook.send({ ...fields, ...change }));
    },
  };
}

function changedChipCheat(
  words: Words,
  zh: Words,
  tag: string,
  change: (value: Uint8Array) => Uint8Array,
): Cheat {
  return {
    ...words,
    zh,
    expected: { outcome: 'refused', code: 'tap.cryptogram_wrong' },
    play: async (props) => {
      const request = await goodTap(props);
      const value = request.data.get(tag) ?? new Uint8Array(0);
      const chip = changedChip(request, { [tag]: change(value) });
      const { fields } = props.crook.draft(request);
      return props.judge(() => props.crook.send({ ...fields, 55: chip }));
    },
  };
}

function goodTap(props: Props): Promise<OnlineRequest> {
  return tapOf(props, props.handset, props.instanceAid);
}

/** The holder confirms, the phone is tapped, and the tap is kept in hand. */
async function tapOf(
  props: Props,
  handset: { host: ElementHost; passkey: Handset['passkey'] },
  instanceAid: string,
): Promise<OnlineRequest> {
  await confirmHolder(handset, instanceAid);
  return onlineRequest(props, handset.host);
}

async function onlineRequest(props: Props, host: ElementHost): Promise<OnlineRequest> {
  const outcome = await props.crook.tap(host.air, AMOUNT_MINOR);
  if (outcome.kind !== 'online_request') throw new TapFailed(`the tap ended with ${outcome.kind}`);
  return outcome;
}

async function spareCard(props: Props): Promise<{ handset: Handset; instanceAid: string }> {
  const handset = await props.spareHandset();
  const { instanceAid } = await addCard(handset, props.card);
  return { handset, instanceAid };
}

async function laboratoryTap(props: Props): Promise<OnlineRequest> {
  const handset = await props.laboratoryHandset();
  return onlineRequest(props, handset.host);
}

async function changeCard(props: Props, event: 'suspend' | 'resume'): Promise<void> {
  const { phone } = props.handset;
  const { random } = props.stage;
  const ask = {
    requestId: newId(random),
    deviceId: phone.deviceId,
    tokenReference: props.tokenReference,
    event,
  };
  expectDone(await phone.call(wallet.changeCard, ask));
  expectDone(await props.stage.operator(tokens.token, { tokenReference: props.tokenReference }));
}
