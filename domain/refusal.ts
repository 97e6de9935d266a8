/** Every way Octavo says no: a closed set of codes, each with its HTTP status, its DE39 and its words. */

/** What a code means outward: on HTTP, in an ISO 8583 answer, and to a person. */
export type RefusalMeaning = {
  readonly http: 400 | 401 | 403 | 404 | 409 | 422 | 429 | 503;
  /** DE39 where the refusal answers a message. */
  readonly responseCode: string;
  /** What happened and what to do, in at most two short sentences. */
  readonly en: string;
  readonly zh: string;
};

function means(
  http: RefusalMeaning['http'],
  responseCode: string,
  en: string,
  zh: string,
): RefusalMeaning {
  return { http, responseCode, en, zh };
}

/** The table of all refusals. A code that is not here does not compile anywhere. */
export const refusals = {
  // The edge of a service
  'request.malformed': means(400, '30', 'The request cannot be read.', '请求无法读取。'),
  'request.unsigned': means(
    401,
    '66',
    'The request is not signed by a known caller.',
    '请求没有已知调用方的签名。',
  ),
  'request.stale': means(
    401,
    '66',
    'The request was signed too long ago, or was seen before.',
    '请求签名已过期或已用过。',
  ),
  'request.key_reused': means(
    409,
    '94',
    'This request id was used for another request.',
    '这个请求号已用于另一请求。',
  ),
  'request.too_often': means(
    429,
    '65',
    'Too many tries. Wait, then try again.',
    '尝试太频繁，请稍后再试。',
  ),
  'caller.not_allowed': means(
    403,
    '57',
    'This caller may not ask for that.',
    '该调用方无权这样做。',
  ),
  busy: means(
    503,
    '96',
    'Too many changes at once. Nothing was done; try again.',
    '同时变更过多，未做任何更改，请重试。',
  ),
  unavailable: means(503, '96', 'A part of the system does not answer.', '系统某部分没有应答。'),

  // Sign-in, devices and the eight slots
  'session.unknown': means(401, '05', 'Sign in again.', '请重新登录。'),
  'session.too_old': means(
    403,
    '05',
    'The phone was locked after you signed in. Sign in again to open it.',
    '这次登录之后手机被锁定，请重新登录再打开。',
  ),
  'sign_in.code_wrong': means(422, '05', 'That code was not right.', '验证码不对。'),
  'sign_in.code_dead': means(
    422,
    '05',
    'That code no longer works. Ask for a new one.',
    '验证码已失效，请重新获取。',
  ),
  'device.unknown': means(404, '05', 'This device is not known.', '未知设备。'),
  'device.locked': means(409, '62', 'This phone is locked.', '这部手机已锁定。'),
  'device.wiped': means(
    409,
    '62',
    'This phone was wiped. Register it again to use it.',
    '这部手机已抹掉，请重新注册后使用。',
  ),
  'device.element_refused': means(
    422,
    '05',
    'The secure element cannot be trusted.',
    '安全元件不可信。',
  ),
  'device.element_taken': means(
    409,
    '05',
    'This secure element belongs to another device.',
    '该安全元件已属于其他设备。',
  ),
  'wallet.full': means(
    409,
    '05',
    'All eight leaves are taken. Remove a card to make room.',
    '八张已满。移除一张再添加。',
  ),
  'wallet.card_unknown': means(404, '14', 'This card is not in the wallet.', '钱包里没有这张卡。'),
  'wallet.not_paying': means(
    409,
    '62',
    'This card cannot be the default now.',
    '这张卡现在不能设为默认。',
  ),

  // Adding a card
  'card.luhn_wrong': means(
    422,
    '14',
    'One digit looks wrong. Check the last group.',
    '卡号有一位不对，请核对最后一组。',
  ),
  'card.unknown_bin': means(
    422,
    '15',
    'No bank here issues cards with this number.',
    '这里没有银行发行这种卡号。',
  ),
  'card.unknown': means(422, '14', 'The bank does not know this card.', '银行没有这张卡。'),
  'card.expired': means(422, '54', 'This card has expired.', '这张卡已过期。'),
  'card.details_wrong': means(422, '05', 'The details do not match the card.', '卡片信息不匹配。'),
  'card.locked': means(
    422,
    '75',
    'Too many wrong details. The bank has locked this card for adding.',
    '错误次数过多，银行已锁定添加。',
  ),
  'card.declined': means(
    422,
    '05',
    'Your bank did not allow this card. It does not tell us why.',
    '发卡行没有同意添加这张卡，也没有告诉我们原因。',
  ),
  'card.on_device': means(409, '05', 'This card is on this phone already.', '这张卡已在本机。'),
  'enrolment.unknown': means(404, '05', 'This card entry is not known.', '没有这次添卡记录。'),
  'enrolment.envelope_refused': means(
    422,
    '63',
    'The card entry could not be opened.',
    '无法打开卡片信息。',
  ),
  'enrolment.terms_changed': means(
    409,
    '05',
    'The terms have changed. Accept the new ones, then add the card again.',
    '条款已更新，请阅读并接受后重新添加。',
  ),
  'enrolment.lapsed': means(
    409,
    '05',
    'This card entry has lapsed. Begin again.',
    '这次添卡已失效，请重新开始。',
  ),
  'enrolment.not_waiting': means(
    409,
    '05',
    'No code is awaited for this card.',
    '这张卡没有等待验证码。',
  ),
  'enrolment.not_verified': means(
    409,
    '05',
    'The bank has not verified this card yet.',
    '银行还没有验证这张卡。',
  ),
  'enrolment.code_wrong': means(422, '55', 'That code was not right.', '验证码不对。'),
  'enrolment.code_dead': means(
    422,
    '75',
    'That code is dead after three tries. Ask for a new one.',
    '验证码三次错误已失效，请重新获取。',
  ),
  'enrolment.code_expired': means(
    422,
    '55',
    'That code is too old. Ask for a new one.',
    '验证码已过期，请重新获取。',
  ),
  'enrolment.resend_limit': means(
    429,
    '65',
    'No more codes for now. Begin again later.',
    '暂时不能再发验证码，请稍后重新开始。',
  ),
  'enrolment.bank_refused': means(
    409,
    '05',
    'Your bank refused to add this card. Ask your bank, or begin again.',
    '银行拒绝添加这张卡，请联系银行或重新开始。',
  ),
  'push.unknown': means(
    404,
    '05',
    'No bank has handed on this card. Begin again in the bank’s app.',
    '没有银行转交过这张卡，请在银行应用里重新开始。',
  ),
  'push.lapsed': means(
    409,
    '05',
    'The bank’s card was not added in time. Begin again in the bank’s app.',
    '未及时添加银行转交的卡，请在银行应用里重新开始。',
  ),
  'push.used': means(
    409,
    '05',
    'This card of the bank was taken before. Begin again in the bank’s app.',
    '这次转交的卡已被领取，请在银行应用里重新开始。',
  ),
  'personalisation.unknown_step': means(
    409,
    '05',
    'This is not the step that the element is at.',
    '步骤与安全元件不符。',
  ),
  'personalisation.element_failed': means(
    422,
    '05',
    'The element refused its commands. The card was not added.',
    '安全元件拒绝写入，卡没有添加。',
  ),

  // The token
  'token.unknown': means(404, '14', 'No such token.', '没有这个令牌。'),
  'token.inactive': means(409, '62', 'This token is not active yet.', '令牌尚未激活。'),
  'token.suspended': means(
    409,
    '62',
    'This card is suspended on this phone. Resume it to pay.',
    '这张卡在本机已暂停，恢复后可用。',
  ),
  'token.deleted': means(409, '14', 'This token was deleted.', '令牌已删除。'),
  'token.expired': means(409, '54', 'This token has expired.', '令牌已过期。'),
  'token.not_yours': means(
    403,
    '57',
    'This token belongs to another requestor.',
    '令牌属于其他请求方。',
  ),
  'token.not_suspended_by_you': means(
    409,
    '57',
    'Another party suspended this token and must lift that.',
    '令牌由另一方暂停，须由其恢复。',
  ),
  'token.not_suspended': means(409, '57', 'This token is not suspended.', '令牌没有被暂停。'),
  'token.wrong_domain': means(
    422,
    '57',
    'A device token pays by tap only.',
    '设备令牌只能碰一碰支付。',
  ),

  // The tap
  'tap.cryptogram_missing': means(
    422,
    '63',
    'The tap carries no usable cryptogram. Nothing was taken.',
    '交易缺少密文。没有扣款。',
  ),
  'tap.cryptogram_wrong': means(
    422,
    '63',
    'The cryptogram is not this token’s for this purchase. Nothing was taken.',
    '密文与令牌或交易不符。没有扣款。',
  ),
  'tap.version_refused': means(
    422,
    '63',
    'Device tokens answer with cryptogram version 01 only.',
    '设备令牌只接受 01 版密文。',
  ),
  'tap.amount_differs': means(
    422,
    '63',
    'The amount is not the one the phone sealed. Nothing was taken.',
    '金额与手机确认的不同。没有扣款。',
  ),
  'tap.currency_differs': means(
    422,
    '63',
    'The currency is not the one the phone sealed. Nothing was taken.',
    '币种与手机确认的不同。没有扣款。',
  ),
  'tap.country_differs': means(
    422,
    '63',
    'The country is not the one the phone sealed. Nothing was taken.',
    '国家与手机确认的不同。没有扣款。',
  ),
  'tap.date_differs': means(
    422,
    '63',
    'The date is not the one the phone sealed. Nothing was taken.',
    '日期与手机确认的不同。没有扣款。',
  ),
  'tap.type_differs': means(
    422,
    '63',
    'The kind of transaction is not the one the phone sealed. Nothing was taken.',
    '交易类型与手机确认的不同。没有扣款。',
  ),
  'tap.token_differs': means(
    422,
    '63',
    'The message names another token than the tap. Nothing was taken.',
    '报文中的令牌与碰卡不同。没有扣款。',
  ),
  'tap.ctq_overclaims': means(
    422,
    '63',
    'The reader was told more than the phone sealed. Nothing was taken.',
    '对读卡器的声明超出手机确认。没有扣款。',
  ),
  'tap.replayed': means(
    422,
    '63',
    'This tap was used before. Tap again. Nothing more was taken.',
    '这次碰卡已经用过，请重新碰一次。没有再次扣款。',
  ),
  'tap.counter_behind': means(
    422,
    '63',
    'A later tap was already used, so tap again. Nothing was taken.',
    '已有更新的碰卡，请重新碰一次。没有扣款。',
  ),
  'tap.clone_proved': means(
    422,
    '59',
    'Two different taps carry one counter: the element was copied. The card is suspended.',
    '同一计数器出现两个不同密文，元件被复制。卡已暂停。',
  ),
  'tap.holder_not_verified': means(
    422,
    '55',
    'Confirm it is you, then tap again. Nothing was taken.',
    '请先验证身份，再碰一次。没有扣款。',
  ),
  'tap.express_not_transit': means(
    422,
    '57',
    'Express works at transit gates only. Nothing was taken.',
    '快捷交通仅用于闸机。没有扣款。',
  ),

  // Transit: advices and deferred charges
  'tap.advice_not_transit': means(
    422,
    '58',
    'Transit advices are taken from transit operators only. Nothing was taken.',
    '公交通知仅受理公交商户的。没有扣款。',
  ),
  'charge.not_transit': means(
    422,
    '58',
    'Only a transit operator may charge without a tap. Nothing was taken.',
    '仅公交商户可以不碰卡扣款。没有扣款。',
  ),
  'charge.advice_unknown': means(
    422,
    '25',
    'This card has no such tap, so nothing can be charged for it. Nothing was taken.',
    '此卡没有这次碰卡记录，不能据此扣款。没有扣款。',
  ),
  'charge.advice_refused': means(
    422,
    '79',
    'The tap behind this charge was refused. Nothing was taken.',
    '这笔扣款所依据的碰卡未通过。没有扣款。',
  ),
  'charge.other_merchant': means(
    422,
    '03',
    'The tap behind this charge was at another operator. Nothing was taken.',
    '这笔扣款所依据的碰卡属于其他商户。没有扣款。',
  ),
  'charge.too_late': means(
    422,
    '12',
    'The tap behind this charge is more than fourteen days old. Nothing was taken.',
    '这笔扣款所依据的碰卡已超过十四天。没有扣款。',
  ),
  'charge.over_limit': means(
    422,
    '13',
    'More than one transit charge may take. Nothing was taken.',
    '超过单笔公交扣款的上限。没有扣款。',
  ),
  'charge.already_charged': means(
    409,
    '21',
    'This tap was charged before. Nothing more was taken.',
    '这次碰卡已经扣过款。没有再次扣款。',
  ),
  'charge.under_way': means(
    409,
    '09',
    'Another charge for this tap is under way. Nothing was taken.',
    '这次碰卡的另一笔扣款正在进行。没有扣款。',
  ),

  // Transit: at the gate
  'gate.unknown': means(401, '05', 'Open the gate again.', '请重新打开闸机。'),
  'gate.busy': means(
    409,
    '96',
    'Somebody is going through this gate. Wait a moment.',
    '有人正在过闸，请稍候。',
  ),
  'gate.too_many': means(
    409,
    '96',
    'There are as many gates as this place can run. Open one that is there.',
    '闸机数量已达上限，请打开已有的闸机。',
  ),
  'gate.id_taken': means(
    409,
    '57',
    'A gate elsewhere has the id that this one would have. Give it another number.',
    '此闸机的编号已被别处的闸机占用，请换一个序号。',
  ),
  'gate.settings_changed': means(
    409,
    '57',
    'The gate’s settings were changed meanwhile. Look at them, then try again.',
    '闸机设置已变更，请查看后重试。',
  ),
  'gate.out_of_service': means(
    503,
    '58',
    'This gate is out of service. Use another one.',
    '本闸机暂停使用，请走其他闸机。',
  ),
  'gate.list_too_old': means(
    503,
    '91',
    'This gate has heard nothing for too long. Use another one.',
    '本闸机太久没有更新，请走其他闸机。',
  ),
  'gate.scheme_refused': means(
    422,
    '15',
    'This gate does not take that card. Try another one.',
    '本闸机不受理这种卡，请换一张卡。',
  ),
  'gate.card_declined': means(
    422,
    '05',
    'The card said no. Try another one.',
    '卡片拒绝了本次过闸，请换一张卡。',
  ),
  'gate.not_authenticated': means(
    422,
    '63',
    'The card could not prove that it is genuine. Try another one.',
    '卡片未能证明真实有效，请换一张卡。',
  ),
  'gate.expired': means(
    422,
    '54',
    'This card has expired. Try another one.',
    '这张卡已过期，请换一张卡。',
  ),
  'gate.on_deny_list': means(
    422,
    '57',
    'Pay the open fare first. Open this card on your phone.',
    '请先补缴车费。在手机里打开这张卡。',
  ),
  'gate.pass_back': means(
    422,
    '65',
    'This card has just gone through. Wait a moment, or use another one.',
    '这张卡刚刚过闸，请稍候或换一张卡。',
  ),
  'gate.station_closed': means(422, '58', 'The station is closed.', '车站已关闭。'),
  'gate.wrong_direction': means(
    422,
    '58',
    'This gate leads the other way. Use another one.',
    '本闸机通往另一方向，请走其他闸机。',
  ),

  // Transit: the back office
  'transit.gate_unknown': means(404, '25', 'This gate is not enrolled.', '闸机未登记。'),
  'transit.gate_taken': means(
    409,
    '94',
    'This gate is enrolled with another key.',
    '闸机已用另一把密钥登记。',
  ),
  'transit.account_unknown': means(
    404,
    '25',
    'Nobody has ridden with this card.',
    '这张卡还没有乘车记录。',
  ),
  'transit.day_open': means(409, '09', 'This service day is not over.', '运营日尚未结束。'),
  'transit.no_debt': means(409, '12', 'Nothing is owed.', '没有欠款。'),
  'transit.charge_under_way': means(
    409,
    '09',
    'A charge is under way. Wait a moment, then look again.',
    '扣款正在进行，请稍后查看。',
  ),
  'transit.no_good_tap': means(
    409,
    '25',
    'A payment needs a fresh tap. Hold the phone to any gate, it stays shut, then pay here.',
    '付款前请先在任一闸机刷一次，闸机不会打开，再回到这里付款。',
  ),

  // Messages between institutions
  'message.malformed': means(400, '30', 'The message cannot be read.', '报文无法读取。'),
  'message.mac_wrong': means(401, 'A0', 'The message’s MAC is wrong.', '报文 MAC 错误。'),
  'message.key_reused': means(
    409,
    '94',
    'This message’s key was used for other content.',
    '报文键已用于其他内容。',
  ),
  'message.already_reversed': means(
    409,
    '94',
    'This message was reversed before it arrived.',
    '报文到达之前已被冲正。',
  ),
  'message.original_unknown': means(
    404,
    '25',
    'The original of this message is not known.',
    '找不到原交易。',
  ),
  'message.original_differs': means(
    409,
    '64',
    'The amount or the number is not that of the original.',
    '金额或号码与原交易不符。',
  ),
  'message.not_supported': means(
    422,
    '40',
    'This kind of message is not supported.',
    '不支持这种报文。',
  ),
  'terminal.unknown': means(
    404,
    '97',
    'The acquirer does not know this terminal.',
    '收单行没有这台终端。',
  ),
  'terminal.mac_wrong': means(
    401,
    'A0',
    'The message was changed on its way from the terminal.',
    '终端报文在途中被改动。',
  ),
  'terminal.not_signed_in': means(409, '77', 'The terminal must sign in first.', '终端须先签到。'),
  'tap.not_kept': means(
    404,
    '25',
    'The bytes of this tap are no longer kept.',
    '这次碰卡的字节已不再保留。',
  ),
  'air.nobody': means(409, '96', 'No phone is at this reader.', '读卡器旁没有手机。'),
  'terminal.busy': means(
    409,
    '96',
    'The terminal has a payment under way.',
    '终端正在处理另一笔付款。',
  ),
  'terminal.over_limit': means(
    422,
    '58',
    'Too much for a tap at this terminal, so insert or swipe the card. Nothing was taken.',
    '超过终端的非接限额，请插卡或刷卡。没有扣款。',
  ),
  'terminal.offline_only': means(
    422,
    '58',
    'This terminal asks no bank, and the phone pays online only. Nothing was taken.',
    '终端只做脱机交易，手机须联机支付。没有扣款。',
  ),
  'terminal.settings_changed': means(
    409,
    '57',
    'The terminal’s settings were changed meanwhile. Look at them, then try again.',
    '终端设置已变更，请查看后重试。',
  ),
  'terminal.payment_unknown': means(
    404,
    '25',
    'This till has no such payment.',
    '本收银台没有这笔付款。',
  ),
  'terminal.not_posted': means(
    409,
    '12',
    'Only an approved payment of this batch can be taken back.',
    '只能撤回本批次已批准的付款。',
  ),
  'terminal.already_voided': means(
    409,
    '94',
    'This payment was taken back already.',
    '这笔付款已经撤回。',
  ),
  'till.unknown': means(401, '05', 'Open the till again.', '请重新打开收银台。'),
  'network.no_route': means(
    422,
    '15',
    'No institution takes this number.',
    '没有机构受理这个号码。',
  ),
  'network.issuer_down': means(
    503,
    '91',
    'The bank is not connected. Nothing was taken.',
    '发卡行未连接。没有扣款。',
  ),
  'network.no_answer': means(
    503,
    '98',
    'The bank did not answer, so the payment was taken back.',
    '银行没有应答，这笔付款已撤回。',
  ),
  'network.not_signed_on': means(409, '91', 'The institution has not signed on.', '机构尚未签到。'),
  'acquirer.network_down': means(
    503,
    '92',
    'The network is not connected. Nothing was taken.',
    '网络未连接。没有扣款。',
  ),
  'acquirer.no_answer': means(
    503,
    '98',
    'No answer came, so the payment was taken back.',
    '没有应答，这笔付款已撤回。',
  ),

  // The issuer
  'issuer.card_unknown': means(422, '14', 'The bank does not know this card.', '银行没有这张卡。'),
  'issuer.card_expired': means(422, '54', 'The card has expired at the bank.', '银行卡已过期。'),
  'issuer.card_lost': means(422, '41', 'The card was reported lost.', '银行卡已挂失。'),
  'issuer.account_closed': means(422, '62', 'The account is closed.', '账户已销户。'),
  'issuer.do_not_honour': means(
    422,
    '05',
    'The bank said no, without a reason.',
    '银行拒绝，未说明原因。',
  ),
  'issuer.insufficient_funds': means(
    422,
    '51',
    'Not enough money on the account. Nothing was taken.',
    '余额不足。没有扣款。',
  ),
  'issuer.limit_exceeded': means(
    422,
    '61',
    'Over your bank’s limit for today. Nothing was taken.',
    '超过银行的今日限额。没有扣款。',
  ),
  'issuer.currency_not_held': means(
    422,
    '57',
    'The account does not hold this currency, and nothing is converted. Nothing was taken.',
    '账户没有该币种，也不换汇。没有扣款。',
  ),
  'issuer.amount_wrong': means(
    422,
    '13',
    'The amount is not one that can be posted.',
    '金额无效。',
  ),
  'issuer.original_mismatch': means(
    409,
    '64',
    'The amount is not that of the original.',
    '金额与原交易不符。',
  ),
  'issuer.cards_full': means(
    409,
    '05',
    'Twelve cards are the most that one number can have at this bank.',
    '一个手机号在这家银行最多十二张卡。',
  ),
  'inbox.taken': means(
    409,
    '05',
    'This number’s messages belong to somebody already.',
    '该号码的短信已有主人。',
  ),
  'inbox.closed': means(
    401,
    '05',
    'This inbox opens only with its own secret.',
    '收件箱只能用自己的密钥打开。',
  ),
} as const satisfies Record<string, RefusalMeaning>;

/** A refusal's code. */
export type RefusalCode = keyof typeof refusals;

/** A foreseen no. `detail` holds public facts such as tries left. */
export type Refused = {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  readonly detail?: Readonly<Record<string, string | number>>;
};

/** An effect that may happen: the new value. */
export type Done<T> = { readonly kind: 'done'; readonly value: T };

/** Say no by name. */
export function refused(
  code: RefusalCode,
  detail?: Readonly<Record<string, string | number>>,
): Refused {
  return detail === undefined ? { kind: 'refused', code } : { kind: 'refused', code, detail };
}

/** Say yes, with the value that shall be. */
export function done<T>(value: T): Done<T> {
  return { kind: 'done', value };
}

/** Whether something is a refusal. */
export function isRefused<T>(value: T | Refused): value is Refused {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refused';
}

/** Whether a text is one of the codes. */
export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(refusals, text);
}
