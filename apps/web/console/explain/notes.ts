/** What a field is in a journey and why it matters there: one or two sentences, by tag, or by name where it has none. */
import type { Words } from '@octavo/lib/journey/names.ts';
import type { Span } from '@octavo/lib/journey/span.ts';
import { CHIP_NOTES } from './notes-chip.ts';
import { MESSAGE_NOTES } from './notes-message.ts';

/** The sentences about a field; undefined for one whose name and value say it all. */
export function noteOf({ tag, name, path, value, meaning }: Span): Words | undefined {
  if (tag === 'DE60.1' || tag === 'DE60.2' || tag === 'DE60.3') return undefined;
  if (tag === '9F36' && /^[0-9A-F]{4}$/.test(value)) return counted(Number.parseInt(value, 16));
  const own = CHIP_NOTES[tag] ?? MESSAGE_NOTES[tag];
  if (own !== undefined) return own;
  const step = path.startsWith('header.') ? path : name.en;
  return NAMED[step] ?? (meaning === 'form' && step.startsWith('asks for ') ? ASKED : undefined);
}

function counted(count: number): Words {
  return {
    en: `Use ${count} of this token. The element saves the count before it computes, so no cryptogram can be made twice.`,
    zh: `这个令牌的第 ${count} 次使用。安全元件先保存计数再计算，同一个密文不会产生两次。`,
  };
}

const ASKED: Words = {
  en: 'One entry of the list of values that the phone wants from the terminal before it answers.',
  zh: '手机在应答之前要向终端索取的一项。',
};

/** Parts without a tag, by name or by path. */
const NAMED: Readonly<Record<string, Words>> = {
  'name of the application': {
    en: 'What the terminal selects: first the list of payment applications, then one of them.',
    zh: '终端要选择的名字：先是支付应用列表，再是其中一个应用。',
  },
  bitmap: {
    en: 'One bit for each data element that follows. Whoever reads it knows where each begins.',
    zh: '每一位表示后面有没有对应的域，读的人据此知道各域从哪里开始。',
  },
  'account number': {
    en: 'The number that this message is about. Before the token service it is the token’s, after it the card’s.',
    zh: '这条报文说的号码：到令牌服务之前是令牌号，之后才是卡号。',
  },
  'service code': {
    en: 'Says where the token may be used and that its chip must be.',
    zh: '说明令牌可以在哪里用，并要求使用芯片。',
  },
  'purse balance': {
    en: 'The place for an offline balance. This token has none, and the issuer reads zero.',
    zh: '脱机余额的位置。这个令牌没有余额，发卡行读到的是零。',
  },
  'header.totalLength': {
    en: 'How long the whole message is, so that a stream can be cut into messages.',
    zh: '整条报文有多长，字节流据此切成一条条报文。',
  },
  'header.destination': {
    en: 'The institution that this message goes to.',
    zh: '这条报文发往的机构。',
  },
  'header.source': {
    en: 'The institution that this message comes from.',
    zh: '这条报文来自的机构。',
  },
  'header.rejectCode': {
    en: 'Zeros: the network did not turn this message back unread.',
    zh: '全零：网络没有把这条报文原样退回。',
  },
};
