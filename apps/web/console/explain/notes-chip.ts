/** What data objects of the phone and the terminal are for in a tap. */
import type { Words } from '@octavo/lib/journey/names.ts';

/** By tag. */
export const CHIP_NOTES: Readonly<Record<string, Words>> = {
  CLA: said(
    'The family of the command: 00 is interindustry, 80 belongs to payment.',
    '指令的类别：00 是通用指令，80 属于支付。',
  ),
  INS: said('Which command it is.', '这是哪一条指令。'),
  P1: said('The first of two bytes that refine the command.', '细化指令的两个字节之一。'),
  P2: said('The second of two bytes that refine the command.', '细化指令的两个字节之二。'),
  Lc: said('How many bytes of data follow.', '后面有多少字节数据。'),
  Le: said(
    'How long an answer may be; zero lets it be as long as it is.',
    '应答可以多长；零表示不限。',
  ),
  SW: said(
    'The phone’s verdict on the command. 9000 is success; anything else says why not.',
    '手机对指令的结论。9000 是成功，其他值说明原因。',
  ),
  '4F': said(
    'The application that the phone offers: the scheme, then what is this leaf’s own.',
    '手机提供的应用：前面是卡组织，后面是这一页自己的编号。',
  ),
  '50': said('The name that a reader may show.', '读卡器可以显示的名字。'),
  '57': said(
    'The token as a reader wants it: number, expiry and service code. The card’s own number is not on the phone.',
    '读卡器要的令牌：号码、有效期、服务码。手机里没有卡号。',
  ),
  '5F2A': said(
    'The currency of the amount. It is sealed, so it cannot be changed on the way.',
    '金额的货币。它被封住，路上改不了。',
  ),
  '5F2D': said('The languages that the holder wants to be spoken to in.', '持卡人希望使用的语言。'),
  '5F34': said(
    'Tells one token number’s several keys apart. It goes into the token’s key.',
    '区分同一令牌号下的不同密钥，参与生成令牌密钥。',
  ),
  '61': said(
    'One application on offer, with its name and its priority.',
    '一个可选的应用，带名字和优先级。',
  ),
  '6F': said('What the phone says of the application that was selected.', '手机对所选应用的说明。'),
  '77': said(
    'The answer as a template: each object in it has a tag and a length.',
    '应答模板：里面每个对象都有标签和长度。',
  ),
  '82': said(
    'What the application can do. It is sealed, so a reader cannot be told less than the bank knows.',
    '应用能做什么。它被封住，读卡器听到的不会少于银行知道的。',
  ),
  '83': said(
    'The values that the phone asked for, one after another without tags.',
    '手机索取的值，依次排列，不带标签。',
  ),
  '84': said('The application that answered, or that was used.', '应答的应用，也就是用到的应用。'),
  '87': said('Which application the reader should take first.', '读卡器应当先选哪个应用。'),
  '91': said(
    'The issuer side’s answer to the phone: its own cryptogram, and what it decided.',
    '发卡侧给手机的回答：它自己的密文，以及它的决定。',
  ),
  '95': said(
    'What the terminal found wrong. All zeros: nothing.',
    '终端发现的问题。全零表示没有。',
  ),
  '9A': said(
    'The day of the tap. It is sealed, and the message must name the same day.',
    '碰一碰的日期。它被封住，报文里的日期必须相同。',
  ),
  '9C': said('What kind of transaction: 00 is a purchase.', '交易的种类：00 是消费。'),
  '9F02': said(
    'The amount that the phone was told and has sealed. The message must ask for exactly this much.',
    '手机听到并封住的金额。报文要的必须正好是这么多。',
  ),
  '9F03': said('Cash on top of the purchase: none.', '消费之外的取现：没有。'),
  '9F09': said('Which version of the rules the terminal follows.', '终端遵循的规则版本。'),
  '9F10': said(
    'From the element to the token service: which key, which method, and what the element decided.',
    '安全元件给令牌服务的话：用哪个密钥、哪种算法、作了什么决定。',
  ),
  '9F19': said(
    'Whose token this is: the wallet that asked for it.',
    '这个令牌属于谁：申请它的钱包。',
  ),
  '9F1A': said(
    'The country of the terminal, sealed with the amount.',
    '终端所在的国家，与金额一起封住。',
  ),
  '9F1E': said('The serial number of the reader.', '读卡器的序列号。'),
  '9F24': said(
    'One name for the account behind every token of it. It cannot be paid with.',
    '同一账户所有令牌共有的名字，不能用来付款。',
  ),
  '9F26': said(
    'Eight bytes that only this element could have computed over this very purchase. Change one sealed byte and it no longer fits.',
    '只有这个安全元件能为这笔消费算出的八个字节。封住的字节改动一个，它就对不上。',
  ),
  '9F27': said(
    'What the element decided: to ask online, to approve, or to decline.',
    '安全元件的决定：联机、批准还是拒绝。',
  ),
  '9F2A': said(
    'The kernel in the reader that speaks with this application.',
    '读卡器里与这个应用对话的内核。',
  ),
  '9F33': said('What the terminal can read and verify.', '终端能读取和验证什么。'),
  '9F34': said(
    'How the terminal verified the holder. On a phone the element has done that.',
    '终端如何验证持卡人。用手机时由安全元件完成。',
  ),
  '9F35': said(
    'Whose terminal it is and whether somebody attends it.',
    '终端属于谁，有没有人值守。',
  ),
  '9F37': said(
    'A number that the terminal made up for this tap alone. It keeps an answer from being recorded beforehand.',
    '终端只为这一次碰卡产生的数，使人无法事先录下应答。',
  ),
  '9F38': said(
    'The list of what the phone wants to know before it computes.',
    '手机在计算之前要知道的清单。',
  ),
  '9F41': said('The terminal’s own count of transactions.', '终端自己的交易计数。'),
  '9F4D': said('Where the element keeps its log of payments.', '安全元件存放交易日志的位置。'),
  '9F63': said(
    'A field of the scheme for products. Zeros: none.',
    '卡组织用来标识产品的字段。全零表示没有。',
  ),
  '9F66': said(
    'What the reader can do and what it asks for, such as a verified holder.',
    '读卡器能做什么、要求什么，比如验证持卡人。',
  ),
  '9F6C': said(
    'What the phone tells the reader, such as that its holder was verified. The token service checks it against what is sealed.',
    '手机告诉读卡器的话，比如持卡人已验证。令牌服务会与封住的内容核对。',
  ),
  A5: said('Details of the application, for the reader.', '应用的细节，供读卡器使用。'),
  ARC: said(
    'What the issuer decided, as the phone gets to hear it.',
    '发卡行的决定，原样告诉手机。',
  ),
  ARPC: said(
    'Computed over the phone’s cryptogram and the decision, with the same key: proof that the answer is real.',
    '用同一密钥对手机的密文和决定计算而得，证明回答是真的。',
  ),
  BF0C: said('Room for what the issuer adds.', '发卡行可以添加的内容。'),
  CVN: said(
    'How the cryptogram is computed. Version 01 is a retail MAC with a session key.',
    '密文的算法。版本 01 是用会话密钥计算的零售 MAC。',
  ),
  CVR: said(
    'What the element saw and decided, sealed: whether its holder was verified, and how.',
    '安全元件看到和决定的内容，已封住：持卡人是否验证、怎样验证。',
  ),
  DKI: said('Which master key of the token service to begin from.', '从令牌服务的哪个主密钥开始。'),
  MAC: said('Keeps the reported amount from being changed.', '防止上报的金额被改动。'),
};

function said(en: string, zh: string): Words {
  return { en, zh };
}
