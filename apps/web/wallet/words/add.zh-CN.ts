/** What the phone says while a card is added, in Chinese. */
import type { Words } from '../../kit/words-table.ts';

/** Chinese. */
export const add = {
  title: '添加卡片',
  form: '令牌服务的卡片表单',
  codeForm: '令牌服务的验证码表单',
  sealed: '在本机加密，只有令牌服务能打开。Octavo的服务器原样转交，读不到内容。',
  next: '继续',
  blank: '输入前六位后，这里会显示卡面。',
  noConnection: '没有网络，什么都没有发送，稍后再试。',
  noKey: '暂时连不上令牌服务，什么都没有发送。',
  trace: '追踪号{{trace}}',
  terms: {
    title: '{{issuer}}用卡条款',
    first: '令牌在这部手机里代替银行卡，从同一个账户付款。',
    second: '银行卡和卡号不变，商家看不到卡号。',
    third: '在手机上确认过的付款，视为本人所为。',
    fourth: '银行的限额和收费，同样适用于手机。',
    fifth: '手机丢失请立即锁定，锁定之后的付款不由持卡人承担。',
    sixth: '令牌可随时暂停或删除，由持卡人、发卡行或令牌服务提出。',
    version: '版本{{version}}',
    agree: '同意并添加',
  },
  asking: {
    title: '正在询问发卡行',
    text: '由它决定这张卡能否放进这部手机。',
    long: '比平时久一些。可以先离开，不会丢失。',
  },
  method: {
    title: '向银行证明是本人',
    text: '发卡行确认之前，卡不能付款。',
    code: '短信验证码',
    codeTo: '已发到{{mobile}}',
    app: '打开银行应用',
    appText: '在那里同意，这一页会自动继续',
  },
  code: {
    title: '输入验证码',
    sentTo: '银行已把六位验证码发到{{mobile}}。',
    sent: '银行已发出六位验证码。',
    wrong: '验证码不对，',
    triesLeft_one: '还可以试{{count}}次。',
    triesLeft_other: '还可以试{{count}}次。',
    dead: '错误三次，验证码已失效。',
    expired: '验证码已过期。',
    works: '验证码{{time}}内有效。',
    checking: '正在核对验证码',
    resendIn: '{{seconds}}秒后可重新发送',
    resend: '重新发送',
    resendsLeft_one: '还可重发{{count}}次',
    resendsLeft_other: '还可重发{{count}}次',
    noneLeft: '这张卡暂时不能再发验证码。',
    other: '其他方式',
    waits: '卡号{{digits}} · 等待验证码',
    text: '发卡行确认之前，卡不能付款。',
    begin: '重新开始',
    retry: '再试一次',
  },
  moving: {
    title: '正在把卡放进手机',
    text: '页面请先别关。中断也能从这里继续。',
    stopped: '刚才中断了，没有丢失。',
    offline: '没有网络，先等一等，没有丢失。',
    carryOn: '继续',
    step: '{{count}} / 8',
    done: '可以付款了',
    doneText: '令牌只在这部手机里，靠近读卡器即可付款。',
    close: '完成',
  },
  push: {
    title: '银行转交的卡',
    text: '银行把这张卡转交给Octavo，卡号不经过任何页面。',
    next: '阅读条款',
  },
  lost: {
    title: '没有收到答复',
    text: '银行可能已收到，也可能没有；没有扣款。再试只会询问一次。',
    retry: '再试一次',
  },
  act: {
    check: '核对信息',
    another: '添加另一张卡',
    begin: '重新开始',
    home: '回到钱包',
  },
  refused: {
    card: {
      luhn_wrong: {
        title: '卡号有一位不对',
        text: '请核对最后一组。还没有向银行发送任何信息。',
      },
      unknown_bin: {
        title: '没有银行发行这种卡号',
        text: '请核对前六位。还没有向银行发送任何信息。',
      },
      unknown: { title: '发卡行没有这张卡', text: '请对照卡面核对卡号。' },
      expired: { title: '这张卡已过期', text: '请添加银行寄来的新卡。' },
      details_wrong: {
        title: '信息与卡不符',
        text: '请核对有效期等信息。错误次数过多，银行会锁定添加。',
      },
      locked: {
        title: '银行已锁定这张卡的添加',
        text: '错误次数过多，可拨打卡背面的电话。',
      },
      declined: {
        title: '发卡行没有同意添加这张卡。',
        text: '也没有告诉我们原因，可拨打卡背面的电话。',
      },
      on_device: { title: '这张卡已在本机', text: '它已占一页，请到钱包里查看。' },
    },
    enrolment: {
      unknown: {
        title: '没有这次添卡记录',
        text: '卡没有添加，也没有扣款，请重新开始。',
      },
      envelope_refused: {
        title: '无法打开卡片信息',
        text: '可能放得太久。卡没有添加，请重新输入。',
      },
      terms_changed: {
        title: '条款刚刚更新',
        text: '卡没有添加，请重新开始并阅读新条款。',
      },
      lapsed: {
        title: '这次添卡已超时',
        text: '卡没有添加，也没有扣款，请重新开始。',
      },
      not_waiting: {
        title: '不再等待验证码',
        text: '银行已有答复，到钱包里查看。',
      },
      not_verified: {
        title: '银行还没有确认这张卡',
        text: '卡没有添加，请重新开始。',
      },
      resend_limit: {
        title: '暂时不能再发验证码',
        text: '银行每小时最多发三次，请稍后重新开始。',
      },
      bank_refused: {
        title: '银行拒绝添加这张卡',
        text: '在银行应用或客服那里被拒绝，请联系银行。',
      },
    },
    push: {
      unknown: { title: '没有银行转交过这张卡', text: '什么都没有添加，请在银行应用里重新开始。' },
      lapsed: { title: '没有及时添加', text: '转交的卡只等十分钟，请在银行应用里重新开始。' },
      used: { title: '这次转交的卡已被领取', text: '每次转交只能用一次，请在银行应用里重新开始。' },
    },
    device: {
      unknown: { title: '钱包不认识这部手机', text: '卡没有添加，请重新登录。' },
      locked: { title: '这部手机已锁定', text: '解锁后再添加。还没有向银行发送任何信息。' },
      wiped: { title: '这部手机已抹掉', text: '先把这个浏览器重新当手机用，再添加。' },
      element_refused: { title: '安全元件不可信', text: '卡没有添加，请换一个浏览器。' },
      element_taken: {
        title: '安全元件属于另一部手机',
        text: '卡没有添加，请换一个浏览器。',
      },
    },
    wallet: {
      full: {
        title: '八张已满。',
        text: '移除一张再添加。还没有向银行发送任何信息。',
      },
      card_unknown: {
        title: '这张卡没有添加',
        text: '钱包里没有它的记录，也没有扣款，请重新开始。',
      },
    },
    request: {
      too_often: { title: '尝试太频繁', text: '什么都没有发送，等一分钟再试。' },
    },
    personalisation: {
      element_failed: {
        title: '安全元件没有接收这张卡',
        text: '卡没有添加，不能付款，请重新开始。',
      },
    },
    other: { title: '卡没有添加', text: '没有扣款，请重新开始。' },
  },
} satisfies Words;
