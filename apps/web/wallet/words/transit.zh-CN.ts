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
