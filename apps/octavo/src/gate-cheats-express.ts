/** Cheats on the express card: a shop that wants a payment without its holder, and a card that says too much. */

import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { OnlineRequest } from '@octavo/lib/kernel/outcome.ts';
import type { ReaderConfiguration } from '@octavo/lib/kernel/reader.ts';
import { confirmHolder } from './actors.ts';
import { type CheatResult, type CheatWith, TapFailed } from './cheat.ts';
import { sealedAsExpress } from './crooked-card.ts';
import type { GateProps } from './gate-props.ts';

const AMOUNT_MINOR = 1_500n;
const OVER_CAP_MINOR = 2_001n;

/** They, in the order in which they are told. */
export const expressCheats: readonly CheatWith<GateProps>[] = [
  {
    name: 'express at a shop',
    tries: 'a till asks like a gate, unannounced',
    zh: { name: '在商店刷快捷卡', tries: '收银台像闸机那样问，没有自报' },
    expected: { outcome: 'refused', code: '6986' },
    play: (props) => unanswered(props, props.rider.handset.host.air, AMOUNT_MINOR),
  },
  {
    name: 'till posing as a gate',
    tries: 'a till says that it is a gate',
    zh: { name: '收银台冒充闸机', tries: '收银台自报是闸机' },
    expected: { outcome: 'refused', code: 'tap.express_not_transit' },
    play: async (props) => {
      const { shop, rider } = props;
      const outcome = await shop.tap(
        rider.handset.host.airOf('transit'),
        AMOUNT_MINOR,
        tillReader(props),
      );
      if (outcome.kind !== 'online_request') throw new TapFailed(`it ended with ${outcome.kind}`);
      const { answer } = await shop.send(shop.draft(outcome).fields);
      return props.verdictOn(answer[37]);
    },
  },
  {
    name: 'express above the cap',
    tries: 'a gate asks for 20.01',
    zh: { name: '超过快捷限额', tries: '闸机要 20.01 元' },
    expected: { outcome: 'refused', code: '6986' },
    play: (props) => unanswered(props, props.rider.handset.host.airOf('transit'), OVER_CAP_MINOR),
  },
  {
    name: 'cap left out',
    tries: 'keys taken from the element seal 20.01 as express',
    zh: { name: '绕过限额', tries: '用从元件里取出的密钥把 20.01 元封成快捷' },
    expected: { outcome: 'refused', code: 'tap.express_not_transit' },
    play: async (props) => {
      const { operator } = props;
      const { retrievalReference } = await operator.advise(
        operator.adviceOf(await sealedAbroad(props)),
      );
      return props.verdictOn(retrievalReference);
    },
  },
];

/** A till's reader that asks for the card's signature, as a gate's does. */
function tillReader({ transitReader }: GateProps): Partial<ReaderConfiguration> {
  return { ...transitReader, ttq: fromHex('37000080'), zeroAmountAllowed: false };
}

/** The element asks for its holder: the reader gets no cryptogram at all. */
async function unanswered(
  props: GateProps,
  air: Channel,
  amountMinor: bigint,
): Promise<CheatResult> {
  const outcome = await props.shop.tap(air, amountMinor, tillReader(props));
  const isAsked = outcome.kind === 'try_again' && outcome.reason === 'see_phone';
  return isAsked
    ? { outcome: 'refused', code: '6986', because: 'no cryptogram left the element' }
    : { outcome: 'passed', because: `the tap ended with ${outcome.kind}` };
}

/** A tap that its holder confirmed, sealed anew by a thief of its keys as if nobody had been asked. */
async function sealedAbroad(props: GateProps): Promise<OnlineRequest> {
  const { handset, instanceAid } = props.rider;
  await confirmHolder(handset, instanceAid);
  const outcome = await props.shop.tap(handset.host.air, OVER_CAP_MINOR);
  if (outcome.kind !== 'online_request') throw new TapFailed(`it ended with ${outcome.kind}`);
  const instance = handset.memory.snapshot().instances.find(({ aid }) => aid === instanceAid);
  assert(instance?.personal !== undefined, 'a card that was tapped is personalised');
  return sealedAsExpress(outcome, instance.personal);
}
