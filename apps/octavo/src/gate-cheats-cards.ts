/** Cheats on the card's proof at a gate: what was signed for another tap, by another key, or is not what was signed. */
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import type { Personal } from '@octavo/lib/applet/state.ts';
import { fromHex, fromUint, toUint } from '@octavo/lib/bytes/bytes.ts';
import type { AuthenticationCheck } from '@octavo/lib/kernel/authenticate.ts';
import { generateAuthority } from '@octavo/platform/softkeys-authority.ts';
import { type CheatResult, type CheatWith, TapFailed, type Words } from './cheat.ts';
import {
  certifiedAnew,
  changedElement,
  changedOnTheWay,
  type FalseClaims,
  overheardPhone,
} from './crooked-card.ts';
import type { GateProps } from './gate-props.ts';

/** They, in the order in which they are told. */
export const cardCheats: readonly CheatWith<GateProps>[] = [
  {
    name: 'another tap’s proof',
    tries: 'plays a tap back that was overheard',
    zh: { name: '别的一次碰的证明', tries: '把听到的一次碰一碰再放一遍' },
    expected: notAuthenticated('hash'),
    play: async (props) => {
      const { phone, again } = overheardPhone(air(props));
      const outcome = await props.shop.tap(phone, 0n, props.transitReader);
      if (outcome.kind !== 'online_request') throw new TapFailed(`it ended with ${outcome.kind}`);
      return heldToGate(props, again);
    },
  },
  forgedCertificate(
    {
      name: 'another’s certificate',
      tries: 'the authority certified this card for another',
    },
    { name: '别的令牌的证书', tries: '证书机构给这张卡签的是另一个令牌' },
    ['pan'],
    ({ world }) => ({ authority: world.keyring.tokens.authority, token: '9999012345678901' }),
  ),
  forgedCertificate(
    { name: 'expired certificate', tries: 'the certificate’s last month was in 2020' },
    { name: '过期的证书', tries: '证书 2020 年就到期了' },
    ['expired'],
    ({ world }) => ({ authority: world.keyring.tokens.authority, expiry: '2001' }),
  ),
  forgedCertificate(
    { name: 'another authority', tries: 'an authority of the forger’s own, by its own index' },
    { name: '别的证书机构', tries: '伪造者自己的证书机构，用自己的索引' },
    ['unknown_authority'],
    (props) => ({ authority: { ...strangers(props), index: 'F1' } }),
  ),
  forgedCertificate(
    { name: 'borrowed index', tries: 'the forger’s authority under the world’s index' },
    { name: '冒用索引', tries: '伪造者的证书机构冒用本世界的索引' },
    // What a wrong key opens is noise: whichever of these looks at it first finds it.
    ['trailer', 'header', 'format', 'length', 'hash'],
    (props) => ({ authority: strangers(props) }),
  ),
  {
    name: 'CTQ edited at a gate',
    tries: 'CTQ asks the gate to forgive a failed proof',
    zh: { name: '对闸机改 CTQ', tries: 'CTQ 要闸机不计较验证失败' },
    expected: notAuthenticated('qualifiers'),
    play: (props) =>
      heldToGate(
        props,
        changedOnTheWay(air(props), '9F6C', () => FORGIVING),
      ),
  },
  {
    name: 'other counter',
    tries: 'the counter is changed beside a right signature',
    zh: { name: '改计数器', tries: '签名是对的，旁边的计数器被改了' },
    expected: notAuthenticated('dynamic_data'),
    play: (props) =>
      heldToGate(
        props,
        changedOnTheWay(air(props), '9F36', (atc) => fromUint(toUint(atc) + 7, 2)),
      ),
  },
];

/** CTQ: go online when offline data authentication fails. */
const FORGIVING = fromHex('2000');

function notAuthenticated(...checks: readonly AuthenticationCheck[]) {
  return { outcome: 'refused', code: 'gate.not_authenticated', checks } as const;
}

/** The rider's phone as a gate finds it. */
function air({ rider }: GateProps): Channel {
  return rider.handset.host.airOf('transit');
}

function forgedCertificate(
  words: Words,
  zh: Words,
  checks: readonly AuthenticationCheck[],
  claims: (props: GateProps) => FalseClaims,
): CheatWith<GateProps> {
  return {
    ...words,
    zh,
    expected: notAuthenticated(...checks),
    play: async (props) => {
      const { stage, rider } = props;
      const anew = (personal: Personal) => certifiedAnew(stage, personal, claims(props));
      const lasting = rider.handset.memory.snapshot();
      return heldToGate(props, await changedElement(stage, lasting, rider.instanceAid, anew));
    },
  };
}

/** An authority that nobody trusts. */
function strangers({ stage }: GateProps): FalseClaims['authority'] {
  return generateAuthority(stage.random, stage.clock.nowMs());
}

async function heldToGate({ entrance }: GateProps, card: Channel): Promise<CheatResult> {
  const { outcome, code, check } = await entrance.tap(card);
  if (outcome === 'opened') return { outcome: 'passed', because: 'the gate opened' };
  if (outcome !== 'refused' || code === undefined) {
    return { outcome: 'passed', because: `nothing was decided: ${outcome}` };
  }
  return { outcome: 'refused', code, check, because: `${check}: ${FOUND[check ?? ''] ?? ''}` };
}

/** What the check found, in a few words. */
const FOUND: Readonly<Record<string, string>> = {
  hash: 'signed over other data',
  pan: 'it is another token’s',
  expired: 'its last month is past',
  unknown_authority: 'no such authority here',
  trailer: 'not signed by our authority',
  header: 'not signed by our authority',
  format: 'not signed by our authority',
  length: 'not signed by our authority',
  qualifiers: '9F6C is not the one that was signed',
  dynamic_data: '9F36 is not the one that was signed',
};
