/** Cheats on money: the same tap and the same charge twice, and a debt that somebody tries to leave behind. */
import * as issuer from '@octavo/services/issuer';
import { type CheatWith, TapFailed } from './cheat.ts';
import type { Advice, AdviceAnswer } from './crooked-operator.ts';
import { leaveDebt } from './gate-debt.ts';
import type { GateProps } from './gate-props.ts';
import { expectDone, newId } from './phone.ts';

const FARE_MINOR = 300;

/** They, in the order in which they are told. */
export const moneyCheats: readonly CheatWith<GateProps>[] = [
  {
    name: 'same advice again',
    tries: 'tells of one tap twice under one id',
    zh: { name: '同一通知再发', tries: '同一次碰一碰用同一编号报两次' },
    expected: { outcome: 'stored_answer' },
    play: async (props) => {
      const { advice, answer } = await goodAdvice(props);
      const again = await props.operator.advise(advice);
      return isSame(answer, again)
        ? { outcome: 'stored_answer', because: 'one tap, one verdict, one reference' }
        : { outcome: 'passed', because: `another answer: ${again.state}` };
    },
  },
  {
    name: 'used tap, new advice',
    tries: 'tells of one tap twice under two ids',
    zh: { name: '碰过的再通知', tries: '同一次碰一碰换个编号再报' },
    expected: { outcome: 'refused', code: 'tap.replayed' },
    play: async (props) => {
      const { advice } = await goodAdvice(props);
      const again = await props.operator.advise({
        ...advice,
        requestId: newId(props.stage.random),
      });
      return props.verdictOn(again.retrievalReference);
    },
  },
  {
    name: 'same charge again',
    tries: 'asks for one charge twice under one id',
    zh: { name: '同一扣款再要', tries: '同一笔扣款用同一编号要两次' },
    expected: { outcome: 'stored_answer' },
    play: async (props) => {
      const { operator } = props;
      const charge = operator.chargeOf(...(await named(props)), FARE_MINOR);
      const first = await operator.charge(charge);
      const posted = await entriesOf(props);
      const again = await operator.charge(charge);
      const isOnce = first.state === 'approved' && (await entriesOf(props)) === posted;
      return isOnce && isSame(first, again)
        ? { outcome: 'stored_answer', because: 'the stored answer came back, posted once' }
        : { outcome: 'passed', because: 'another answer, or posted more than once' };
    },
  },
  {
    name: 'one tap, two charges',
    tries: 'names a tap that was charged before',
    zh: { name: '一次碰，两次扣', tries: '扣款指向一次已经扣过的碰一碰' },
    expected: { outcome: 'refused', code: 'charge.already_charged' },
    play: async (props) => {
      const { operator } = props;
      const [advice, name] = await named(props);
      await operator.charge(operator.chargeOf(advice, name, FARE_MINOR));
      const { state, code, retrievalReference } = await operator.charge(
        operator.chargeOf(advice, name, FARE_MINOR),
      );
      if (state === 'approved') return { outcome: 'passed', because: 'money moved twice' };
      return { ...props.verdictOn(retrievalReference), code };
    },
  },
  {
    name: 'debt left behind',
    tries: 'removes the card with an open fare and adds it again',
    zh: { name: '甩掉欠款', tries: '欠着车费删卡，再重新添加' },
    expected: { outcome: 'refused', code: 'gate.on_deny_list' },
    play: leaveDebt,
  },
];

/** A tap at a gate, told of once. */
async function goodAdvice(props: GateProps): Promise<{ advice: Advice; answer: AdviceAnswer }> {
  const { shop, rider, operator, transitReader } = props;
  const outcome = await shop.tap(rider.handset.host.airOf('transit'), 0n, transitReader);
  if (outcome.kind !== 'online_request') throw new TapFailed(`it ended with ${outcome.kind}`);
  const advice = operator.adviceOf(outcome);
  const answer = await operator.advise(advice);
  if (answer.state !== 'approved') throw new TapFailed(`its verdict was ${answer.state}`);
  return { advice, answer };
}

/** A tap with a good verdict, and the name that a charge calls it by. */
async function named(props: GateProps): Promise<[Advice, string]> {
  const { advice, answer } = await goodAdvice(props);
  return [advice, answer.advice ?? ''];
}

async function entriesOf({ stage, rider }: GateProps): Promise<number> {
  const { entries } = expectDone(await stage.operator(issuer.account, { pan: rider.card.pan }));
  return entries.length;
}

function isSame(first: object, again: object): boolean {
  return JSON.stringify(first) === JSON.stringify(again);
}
