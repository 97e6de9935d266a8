/** What the token service tells, and the history that the holder reads. */
import type { z } from '@hono/zod-openapi';
import { followToken } from '@octavo/domain/device.ts';
import { isRefused, type RefusalCode, type Refused, refused } from '@octavo/domain/refusal.ts';
import type { Caller } from '../caller.ts';
import { change, written } from '../change.ts';
import { digestOf, keyReused } from '../request.ts';
import { token } from '../tokens/contract.ts';
import { readTokenHome } from './card-store.ts';
import * as contract from './contract.ts';
import {
  type Line,
  linePart,
  notificationPart,
  readLines,
  readNotification,
} from './history-store.ts';
import { deviceOfCaller, isPeerPassing } from './holder.ts';
import { keep } from './keep.ts';
import type { WalletPorts } from './ports.ts';
import { readDevice } from './store.ts';

type Notice = z.output<typeof contract.notify.body>;
type TokenView = z.output<typeof token.answer>;
type HistoryLine = z.input<typeof contract.HistoryLine>;

/**
 * Take a notification. A change of state is only a hint: the leaf follows the token as it is now, so that late and
 * doubled notifications do no harm. One about a token that lives on no phone is dropped; nobody waits for it.
 */
export async function notify(
  ports: WalletPorts,
  body: Notice,
): Promise<Record<string, never> | Refused> {
  const { notificationId, tokenReference, amountMinor } = body;
  if (amountMinor !== undefined && !/^\d{1,12}$/.test(amountMinor)) {
    return refused('request.malformed', { field: 'amountMinor' });
  }
  const home = await readTokenHome(ports.sql, tokenReference);
  if (home === undefined) {
    ports.trace('wallet.notice_dropped', { notificationId, tokenReference });
    return {};
  }
  const digest = await digestOf(ports.keys, contract.notify.path, body);
  const taken = await takenBefore(ports, home.deviceId, notificationId, digest);
  if (taken !== undefined) return taken;
  const news = body.kind === 'state' ? await newsOf(ports, tokenReference) : undefined;
  if (isRefused(news)) return news;
  return await change(async () => {
    // The device is read first: a twin taken after this reading is caught by the version, one before it is seen below.
    const device = await readDevice(ports.sql, home.deviceId);
    if (device === undefined) return refused('device.unknown');
    const again = await takenBefore(ports, home.deviceId, notificationId, digest);
    if (again !== undefined) return isRefused(again) ? again : written(again);
    const nowMs = ports.clock.nowMs();
    const next = news === undefined ? device : followToken(device, news, nowMs);
    const kept = await keep(ports, device, next, [
      notificationPart(notificationId, digest, nowMs),
      linePart({ ...body, tokenLastFour: home.tokenLastFour }),
    ]);
    return kept.kind === 'written' ? written({}) : kept;
  });
}

async function takenBefore(
  ports: WalletPorts,
  deviceId: string,
  notificationId: string,
  digest: Uint8Array,
): Promise<Record<string, never> | Refused | undefined> {
  const before = await readNotification(ports.sql, deviceId, notificationId);
  if (before === undefined) return undefined;
  return keyReused(before, digest) ?? {};
}

async function newsOf(
  ports: WalletPorts,
  tokenReference: string,
): Promise<TokenView | Refused | undefined> {
  const news = await ports.tokens(token, { tokenReference });
  return isRefused(news) && !isPeerPassing(news) ? undefined : news;
}

/** The history of one of the caller's phones after a sequence, oldest first, at most 200 lines at a time. */
export async function history(
  ports: WalletPorts,
  body: z.output<typeof contract.history.body>,
  caller: Caller,
): Promise<{ lines: HistoryLine[] } | Refused> {
  const device = await deviceOfCaller(ports, caller, body.deviceId);
  if (isRefused(device)) return device;
  const lines = await readLines(ports.sql, body.deviceId, body.afterSequence);
  return { lines: lines.map(lineView) };
}

function lineView(line: Line): HistoryLine {
  return { ...line, code: line.code as RefusalCode | undefined };
}
