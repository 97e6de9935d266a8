/** A phone as its holder sees it. */
import type { z } from '@hono/zod-openapi';
import type { Device } from '@octavo/domain/device.ts';
import type { Leaf } from '@octavo/domain/leaf.ts';
import type * as contract from './contract.ts';

/** The phone and its leaves, without what is still being asked. A suspended card is not shown as the default. */
export function viewOf(device: Device): z.input<typeof contract.DeviceView> {
  const { deviceId, name, elementId, state, version } = device;
  return { deviceId, name, elementId, state, leaves: device.leaves.map(leafView), version };
}

function leafView(leaf: Leaf): z.input<typeof contract.Leaf> {
  const { enrolmentId, state, card, token } = leaf;
  return {
    enrolmentId,
    state,
    ...(card ?? {}),
    tokenLastFour: token?.tokenLastFour,
    tokenReference: token?.tokenReference,
    instanceAid: token?.instanceAid ?? undefined,
    certified: token?.certified === true,
    isDefault: leaf.isDefault && state === 'active',
  };
}
