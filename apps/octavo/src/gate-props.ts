/** What the cheats of transit are played with: a rider, a gate, a shop and an operator that lie, and a line that does. */
import type { Behaviour } from '@octavo/domain/demo.ts';
import type { RefusalCode } from '@octavo/domain/refusal.ts';
import { isRefusalCode } from '@octavo/domain/refusal.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { ReaderConfiguration } from '@octavo/lib/kernel/reader.ts';
import { setExpress } from '@octavo/platform/element-commands.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import { publishedKeyOf } from '@octavo/platform/softkeys-authority.ts';
import { signAs } from '@octavo/services/caller';
import { type Client, connectTo } from '@octavo/services/endpoint';
import * as issuer from '@octavo/services/issuer';
import { addCard, freshNumber, type Handset, mobileOf, newHandset } from './actors.ts';
import type { CheatResult } from './cheat.ts';
import { type CheatGate, openCheatGate, XINJIE } from './cheat-gate.ts';
import { type CrookedLine, openCrookedLine } from './crooked-line.ts';
import { type CrookedOperator, openCrookedOperator } from './crooked-operator.ts';
import { type CrookedTerminal, openCrookedTerminal } from './crooked-terminal.ts';
import { expectDone, openInbox, type PrintedCard } from './phone.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';
import { stageOf } from './world-stage.ts';

/** Somebody who rides: a card on a phone, express on. */
export type GateRider = {
  readonly handset: Handset;
  readonly card: PrintedCard;
  readonly mobile: string;
  readonly tokenReference: string;
  readonly instanceAid: string;
};

/** What the cheats are played with. */
export type GateProps = {
  readonly world: World;
  readonly stage: Stage;
  readonly rider: GateRider;
  /** The entrance of the cheats, cut off from its back office: it decides by the list that it has. */
  readonly entrance: CheatGate;
  /** A shop's terminal (5411). */
  readonly shop: CrookedTerminal;
  /** A transit operator (4111). */
  readonly operator: CrookedOperator;
  /** How a reader of transit is set up: it asks for the card's signature. */
  readonly transitReader: Partial<ReaderConfiguration>;
  /** Calls the back office as the gates. */
  readonly asGate: Client;
  /** One more rider, whose bank behaves in its own way. */
  newRider(behaviour: Behaviour): Promise<GateRider>;
  /** The line that lies, opened when it is first needed. */
  line(): Promise<CrookedLine>;
  /** What the token service said of the message of this retrieval reference. */
  verdictOn(retrievalReference: string | undefined): CheatResult;
  /** Every retrieval reference that was asked about. */
  readonly heard: Set<string>;
  close(): Promise<void>;
};

/** Which of its line the cheats' entrance is. */
const NUMBER = 99;

/** Make the props on a world in this process. */
export async function openGateProps(world: World): Promise<GateProps> {
  const stage = stageOf(world);
  const { keyring, clock, random, fetch } = world;
  const [rider, entrance, shop, operator] = await Promise.all([
    newRider(stage, 'plain'),
    openCheatGate(world, XINJIE, 'in', NUMBER),
    openCrookedTerminal(stage),
    openCrookedOperator(world),
  ]);
  await entrance.set({ isOffline: true });
  const gateKeys = softKeysFor('gate', keyring, random);
  const heard = new Set<string>();
  let line: Promise<CrookedLine> | undefined;
  return {
    world,
    stage,
    rider,
    entrance,
    shop,
    operator,
    transitReader: transitReaderOf(world),
    asGate: connectTo(fetch, signAs('gate', 'transit', gateKeys, clock, random), clock),
    newRider: (behaviour) => newRider(stage, behaviour),
    line: () => {
      line ??= openCrookedLine(world);
      return line;
    },
    verdictOn: (reference) => {
      if (reference !== undefined) heard.add(reference);
      return verdictOn(world, reference);
    },
    heard,
    close: async () => {
      shop.close();
      const opened = line;
      line = undefined;
      await (await opened)?.close();
    },
  };
}

async function newRider(stage: Stage, behaviour: Behaviour): Promise<GateRider> {
  const pan = freshNumber(stage.random);
  const mobile = mobileOf(pan);
  const { expiry, cvn2 } = expectDone(
    await stage.operator(issuer.printCard, { pan, mobile, behaviour }),
  );
  const card = { pan, expiry, cvn2 };
  const inbox = await openInbox(stage.fetch, stage.clock, mobile, stage.sims);
  const handset = await newHandset(stage, inbox, mobile);
  return { ...(await ridingCard(handset, card)), handset, card, mobile };
}

/** Add a card and let it answer gates. */
export async function ridingCard(
  handset: Handset,
  card: PrintedCard,
): Promise<Pick<GateRider, 'tokenReference' | 'instanceAid'>> {
  const added = await addCard(handset, card);
  const { host, passkey } = handset;
  await setExpress(host.wired, added.instanceAid, { kind: 'passkey', assert: passkey.assert });
  return added;
}

/** Authentication for an online cryptogram, as a gate asks for it. */
function transitReaderOf({ keyring }: World): Partial<ReaderConfiguration> {
  const authorityKeys = [publishedKeyOf(keyring.tokens.authority)];
  return {
    ttq: fromHex('21000080'),
    zeroAmountAllowed: true,
    offlineAuthentication: { authorityKeys, revoked: new Set() },
  };
}

type Check = { readonly outcome: string; readonly compared: string };

function verdictOn({ events }: World, reference: string | undefined): CheatResult {
  const told = events
    .events(0)
    .map(({ event }) => event)
    .findLast(
      ({ type, detail }) => type === 'tap.verdict' && detail.retrievalReference === reference,
    );
  const code = String(told?.detail.code ?? '');
  if (told === undefined || !isRefusalCode(code)) {
    return { outcome: 'passed', because: 'no check refused it' };
  }
  const checks = told.detail.checks as readonly Check[] | undefined;
  const because = checks?.find(({ outcome }) => outcome === 'broken')?.compared;
  return { outcome: 'refused', code: code satisfies RefusalCode, because: because ?? code };
}
