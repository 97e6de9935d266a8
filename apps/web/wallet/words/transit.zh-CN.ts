/** What the phone says of express travel, gates and trips, in Chinese. */
import type { Words } from '../../kit/words-table.ts';

/** The express card. */
export const express = {
  title: '快捷通行',
  on: '快捷通行已开启',
  tag: '快捷',
  rule: '锁屏、息屏也能过闸；只在公交地铁有效，单次不超过 {{cap}}。',
  other: '现在用的是{{card}}。',
  preparing: '正在为过闸准备这张卡，页面请先别关。',
  placeTitle: '改用这张卡乘车？',
  placeText: '快捷通行只用一张卡。改用之后，{{card}}不再用于过闸。',
  take: '改用{{card}}',
  keep: '保留{{card}}',
  end: {
    not_prepared: '卡没有准备好，什么都没有改变。有网络时再试一次。',
    cancelled: '没有确认，什么都没有改变。',
    unsupported: '这个浏览器不支持通行密钥，什么都没有改变。',
    refused: '安全元件没有接受，什么都没有改变。请再试一次。',
    blocked: '密码已永久关闭，无法开启快捷通行。',
    element: '安全元件没有应答。刷新页面再试。',
  },
} satisfies Words;

/** The phone's glass while it is dark or held to a gate. */
export const glass = {
  lock: '锁屏',
  lockText: '屏幕变黑，安全元件照常感应',
  dark: '已锁屏',
  wake: '唤醒手机',
  atGate: '过闸',
  shop: '旁边有读卡器，唤醒手机即可付款。',
  hold: '靠近闸机',
  near: '请靠近闸机',
  nearText: '不用按任何键',
  reading: '正在读取，请别移动',
  read: '已读取',
  readText: '结果看闸机。',
  moved: '移开太早，请拿稳。',
  movedText: '没有记录。',
  holder: '闸机要求确认本人',
  holderText: '这里没有可以快捷通行的卡。唤醒手机确认后，再靠近闸机。',
  open: '请通行',
  passage: {
    entry: '进站',
    exit: '出站',
    single: '乘车',
    companion: '同行',
    check: '已查验',
  },
  shut: {
    on_deny_list: { title: '请先补缴车费', text: '在手机里打开这张卡。' },
    pass_back: { title: '刚刚刷过', text: '这张卡刚从这里通过，没有再次记录。' },
    station_closed: { title: '车站已关闭', text: '没有扣款。' },
    wrong_direction: { title: '方向不对', text: '这台闸机通往另一边，换一台。' },
    out_of_service: { title: '暂停服务', text: '请换一台闸机。' },
    list_too_old: { title: '请换一台闸机', text: '这台闸机太久没有联网，没有扣款。' },
    not_authenticated: {
      title: '卡的签名不符',
      text: '再靠近一次；仍然不行，就移除这张卡重新添加。',
    },
    expired: { title: '令牌已过期', text: '移除这张卡，重新添加。' },
    scheme_refused: { title: '这里不收这张卡', text: '换一张卡，或换一台闸机。' },
    card_declined: { title: '卡没有应答', text: '没有扣款。确认本人后再靠近一次。' },
    other: { title: '闸机没有打开', text: '没有扣款，请换一台闸机。' },
  },
} satisfies Words;
