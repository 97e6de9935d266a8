/** What the wallet page knows, and which of its cards can pay. */
import type { Express } from '@octavo/platform/element-commands.ts';
import type { ElementTrouble } from '../../element/messages.ts';
import type { DeviceView, HistoryLine, Leaf } from './api.ts';
import type { AtGate } from './at-gate.ts';
import type { Kept } from './keep.ts';
import type { Pay } from './pay.ts';

/** Everything a component may draw. */
export type WalletState = {
  readonly session: Kept['session'];
  /** The mobile number whose messages are shown: the holder's, or the one that asks for a code. */
  readonly mobile: string | undefined;
  /** Whether the service ended the last session; the holder did not sign out. */
  readonly isEnded: boolean;
  readonly confirm: Kept['confirm'];
  /** This phone, as the wallet service said last; also without a connection. */
  readonly device: DeviceView | undefined;
  /** The holder's other phones. */
  readonly others: readonly DeviceView[];
  readonly history: readonly HistoryLine[];
  /** Whether the wallet service answered last time. */
  readonly isOnline: boolean;
  /** Whether anything has been heard since the page opened. */
  readonly isLoaded: boolean;
  readonly element: 'opening' | 'ready' | ElementTrouble;
  readonly isFieldOn: boolean;
  /** Whether the reader of the field says that it is transit's. */
  readonly isGateField: boolean;
  readonly isAirUp: boolean;
  /** The name of the field beside which this phone lies. */
  readonly air: string;
  readonly pay: Pay;
  readonly atGate: AtGate;
  /** Whether the screen is locked and dark. The element and its antenna do not care. */
  readonly isDark: boolean;
  /** The card picked for this payment; the default when undefined. */
  readonly picked: string | undefined;
  /** Token references that are being put on or taken off this phone, with the commands run so far. */
  readonly moving: ReadonlyMap<string, number>;
  /** Which instance answers transit readers alone, as the element said last; it has not been asked yet when undefined. */
  readonly express: Express | 'none' | undefined;
  /** The token that is being given certificates, with the commands run so far. */
  readonly certifying: { readonly tokenReference: string; readonly commands: number } | undefined;
};

/** The express card of this phone, as far as its leaf is known here. */
export function expressLeaf({
  device,
  express,
}: Pick<WalletState, 'device' | 'express'>): Leaf | undefined {
  if (express === undefined || express === 'none') return undefined;
  return device?.leaves.find(({ instanceAid }) => instanceAid === express.aid);
}

/** The cards that can pay now, in the holder's order. */
export function payable({ device }: Pick<WalletState, 'device'>): readonly Leaf[] {
  if (device === undefined || device.state !== 'open') return [];
  return device.leaves.filter(
    ({ state, instanceAid }) => state === 'active' && instanceAid !== undefined,
  );
}

/** The card that pays: the picked one, else the default, else the first that can. */
export function leafToPay(state: Pick<WalletState, 'device' | 'picked'>): Leaf | undefined {
  const able = payable(state);
  return (
    able.find(({ tokenReference }) => tokenReference === state.picked) ??
    able.find(({ isDefault }) => isDefault) ??
    able[0]
  );
}
