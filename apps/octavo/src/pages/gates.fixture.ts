/** A gate beside a phone, without its page: the reader's field in the air, and the gate's own service behind it. */
import { request } from 'node:http';
import { isRefused } from '@octavo/domain/refusal.ts';
import { showKey, unsigned } from '@octavo/services/caller';
import { connectTo } from '@octavo/services/endpoint';
import * as gate from '@octavo/services/gate';
import type { Page } from 'playwright-core';
import type { z } from 'zod';
import type { Pages } from './browser.fixture.ts';

/** Where a gate stands and which way it leads. */
export type Place = z.input<typeof gate.openGate.body>['place'];

/** What a gate answered to a tap. */
export type Tapped = z.output<typeof gate.tap.answer>;

/** A gate of Duhui Metro's line 1. */
export function metroGate(station: string, direction: 'in' | 'out'): Place {
  return { operator: 'duhui', station, line: '1', route: '', direction };
}

/** A gate whose field lies beside the phone. */
export type GateBeside = {
  /** Once the phone is held near. */
  near(): Promise<void>;
  /** Once the phone is held near, read it; the phone sees what came of it. */
  tap(): Promise<Tapped>;
  /** Take the field away. */
  close(): void;
};

/** Put a gate beside a phone: its field comes on, and announces itself as transit's. */
export async function openGateBeside(pages: Pages, phone: Page, place: Place): Promise<GateBeside> {
  const air = String(await phone.evaluate(`JSON.parse(localStorage.getItem('octavo.wallet.air'))`));
  const { world } = pages;
  const freshId = () => Buffer.from(world.random(16)).toString('hex').toUpperCase();
  const anyone = connectTo(world.fetch, unsigned, world.clock);
  const opened = await anyone(gate.openGate, { requestId: freshId(), place });
  if (isRefused(opened)) throw new Error(opened.code);
  const cashier = connectTo(world.fetch, showKey('cashier', opened.key), world.clock);
  const field = openField(pages, air);
  const near = () => field.phoneIs('near');
  return {
    near,
    tap: async () => {
      await near();
      const tapped = await cashier(gate.tap, { requestId: freshId(), air });
      if (isRefused(tapped)) throw new Error(tapped.code);
      const { outcome, code, recordedAs } = tapped;
      if (outcome === 'opened' || outcome === 'refused') {
        const passage = recordedAs === 'refused' ? undefined : recordedAs;
        await field.show({ outcome, code, passage, place: { en: 'Xinjie', zh: '新街' } });
      }
      await field.phoneIs('nearby');
      return tapped;
    },
    close: field.close,
  };
}

/** A reader's stream in the air, as a gate's page opens it. */
function openField({ served }: Pages, air: string) {
  const { port } = new URL(served.url);
  const { host } = new URL(served.sites.gate);
  const post = (path: string) =>
    request({
      host: '127.0.0.1',
      port,
      path,
      method: 'POST',
      headers: { host, 'content-type': 'application/json' },
    });
  let state = '';
  const waiting = new Set<() => void>();
  const stream = post('/air/reader');
  stream.on('response', (answer) => {
    answer.setEncoding('utf8');
    answer.on('error', () => undefined);
    answer.on('data', (text: string) => {
      for (const line of text.split('\n').filter((one) => one !== '')) {
        const heard = JSON.parse(line) as { readonly kind: string; readonly state?: string };
        if (heard.kind === 'phone') state = heard.state ?? '';
      }
      for (const look of waiting) look();
    });
  });
  stream.on('error', () => undefined);
  stream.end(JSON.stringify({ air, announces: 'transit' }));
  return {
    phoneIs: (wanted: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (state !== wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    show: (shown: object) =>
      new Promise<void>((resolve, reject) => {
        const ask = post('/air/show');
        ask.on('response', (answer) => {
          answer.resume();
          answer.on('end', resolve);
        });
        ask.on('error', reject);
        ask.end(JSON.stringify({ air, shown }));
      }),
    close: () => {
      stream.destroy();
    },
  };
}
