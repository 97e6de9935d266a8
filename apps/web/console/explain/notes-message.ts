/** What data elements of the messages between institutions are for in a payment. */
import type { Words } from '@octavo/lib/journey/names.ts';

/** By tag. */
export const MESSAGE_NOTES: Readonly<Record<string, Words>> = {
  MTI: said(
    'What kind of message: 0200 asks, 0210 answers, 0400 and 0420 take back.',
    '报文的种类：0200 请求，0210 应答，0400 和 0420 撤回。',
  ),
  DE2: said(
    'Before the token service it is the token’s number; only from there to the issuer is it the card’s.',
    '到令牌服务之前是令牌号，从那里到发卡行才是卡号。',
  ),
  DE3: said('What is asked for: 00 at the front is a purchase.', '要做什么：开头 00 是消费。'),
  DE4: said(
    'The amount that is asked for. It must be what the phone sealed in 9F02.',
    '请求的金额，必须与手机封在 9F02 里的一致。',
  ),
  DE7: said(
    'When the message set out. With trace number and acquirer it names this message alone.',
    '报文发出的时间。与跟踪号、收单机构一起，只指这一条报文。',
  ),
  DE11: said(
    'The sender’s number for this message. The answer repeats it.',
    '发送方给这条报文的编号，应答会重复它。',
  ),
  DE12: said('The time at the terminal.', '终端的时间。'),
  DE13: said(
    'The day at the terminal. It must be the day that the phone sealed in 9A.',
    '终端的日期，必须与手机封在 9A 里的一致。',
  ),
  DE14: said('Until when the number in DE2 is good.', 'DE2 里的号码有效到何时。'),
  DE15: said('The day on which this payment is settled.', '这笔付款在哪一天清算。'),
  DE18: said(
    'What kind of shop it is. A token may be good in some only.',
    '商户的种类。有的令牌只能在某些商户用。',
  ),
  DE19: said(
    'The country of the shop. It must be what the phone sealed in 9F1A.',
    '商户所在国家，必须与手机封在 9F1A 里的一致。',
  ),
  DE22: said(
    'How the number came in. A token of a phone is good only when it was tapped.',
    '号码怎样读入。手机令牌只有碰一碰才有效。',
  ),
  DE23: said(
    'Tells one number’s several keys apart, as 5F34 does.',
    '区分同一号码的不同密钥，与 5F34 相同。',
  ),
  DE25: said(
    'The circumstances of the sale: 00 is an ordinary one.',
    '交易的情形：00 是普通消费。',
  ),
  DE32: said(
    'The acquirer: the institution that the shop belongs to.',
    '收单机构，即商户所属的机构。',
  ),
  DE33: said('The institution that passed the message on.', '转发这条报文的机构。'),
  DE35: said(
    'The token as the terminal read it. All its digits must be those of DE2 and DE14.',
    '终端读到的令牌，各位数字必须与 DE2、DE14 一致。',
  ),
  DE37: said(
    'The number by which everybody finds this payment again.',
    '各方用来找到这笔付款的号码。',
  ),
  DE38: said('The issuer’s word that it agreed.', '发卡行同意的凭据。'),
  DE39: said(
    'The verdict. 00 is approved; any other code says in general terms why not.',
    '结论。00 是批准，其他代码大致说明原因。',
  ),
  DE41: said('Which terminal it is.', '哪一台终端。'),
  DE42: said('Which shop it is.', '哪一家商户。'),
  DE43: said('The shop as the holder will read it.', '持卡人会看到的商户名称。'),
  'DE43.1': said('The name of the shop, as the holder will read it.', '持卡人会看到的商户名称。'),
  DE49: said(
    'The currency that is asked in. It must be what the phone sealed in 5F2A.',
    '请求的货币，必须与手机封在 5F2A 里的一致。',
  ),
  DE55: said(
    'What phone and terminal told each other, passed on as it was. The cryptogram in it vouches for the rest.',
    '手机与终端之间的数据，原样转发，其中的密文为其余部分作证。',
  ),
  DE56: said(
    'The account’s name that is the same for all its tokens.',
    '同一账户所有令牌共有的名字。',
  ),
  'DE56.01': said(
    'One name for the account behind every token of it. It cannot be paid with.',
    '同一账户所有令牌共有的名字，不能用来付款。',
  ),
  DE60: said(
    'What the network wants to know beside: kind of sale, terminal and chip.',
    '网络另外要知道的：交易、终端和芯片的情况。',
  ),
  DE61: said('Room for who the holder is and what was verified.', '持卡人身份与验证结果的位置。'),
  'DE61.8': said(
    'The token service’s word to the issuer on the cryptogram.',
    '令牌服务告诉发卡行的密文核验结果。',
  ),
  DE63: said(
    'What the token service tells the issuer about the token behind this payment.',
    '令牌服务告诉发卡行的令牌信息。',
  ),
  'DE63.01': said(
    'Says that the token service has checked this payment.',
    '表示令牌服务已核验这笔付款。',
  ),
  'DE63.02': said(
    'The token that was used. The issuer gets the card in DE2, and here what stood in for it.',
    '用到的令牌。发卡行在 DE2 得到卡号，在这里得到替代它的令牌。',
  ),
  'DE63.03': said(
    'Until when the token is good; the card has an expiry of its own.',
    '令牌有效到何时；卡另有自己的有效期。',
  ),
  'DE63.04': said(
    'How well the holder was known when the token was made.',
    '令牌产生时对持卡人的确认程度。',
  ),
  'DE63.06': said('Whose token it is: the wallet that asked for it.', '令牌属于谁：申请它的钱包。'),
  DE64: said(
    'A MAC over the message with the terminal’s working key. Change one byte and it no longer fits.',
    '用终端工作密钥对整条报文计算的 MAC，改动一个字节就对不上。',
  ),
  DE90: said('Which message is to be taken back.', '要撤回的是哪一条报文。'),
  DE100: said('The institution that the answer is for.', '应答要送达的机构。'),
  DE128: said(
    'A MAC over the message with the working key of this line. Change one byte and it no longer fits.',
    '用这条线路的工作密钥计算的报文 MAC，改动一个字节就对不上。',
  ),
};

function said(en: string, zh: string): Words {
  return { en, zh };
}
