/** What a running world answers to its operator, beside the services' own endpoints. */
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { publicDirectory } from '@octavo/platform/keyring.ts';
import { makerSigner } from '@octavo/platform/maker.ts';
import { createGate } from '@octavo/services/caller';
import { createEdge, type Edge, endpoint } from '@octavo/services/endpoint';
import { z } from 'zod';
import { addCheatDesk } from './cheat-desk-edge.ts';
import { addLevers } from './lever-edge.ts';
import { eventsOf, readEvents } from './lever-events.ts';
import { addRemoteFields } from './remote-field.ts';
import type { World } from './world.ts';

const Hex = z.string().regex(/^(?:[0-9A-F]{2})*$/);

/** Where the world's terminals connect, and the keys an element is born with. */
export const worldFacts = endpoint({
  path: '/operator/world',
  summary: 'Where terminals connect, and the public keys of the world',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'reads only',
  body: z.strictObject({}),
  answer: z.strictObject({ posAddress: z.string(), tokenServiceKey: Hex, nowMs: z.int() }),
});

/** The demo maker's signature under an element's certificate: whoever holds the operator key may bear elements. */
export const signElement = endpoint({
  path: '/operator/sign-element',
  summary: 'The demo maker signs the certificate of a new element',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'safe by state',
  body: z.strictObject({ toSign: Hex }),
  answer: z.strictObject({ signature: Hex }),
});

/** The operator's edge of a running world. */
export function operatorEdge(world: World): Edge {
  const nobody = { verify: async () => false };
  const gate = createGate('operator', nobody, world.keyring.operator.token, world.clock);
  const edge = createEdge('operator', gate, world.clock);
  const signAsMaker = makerSigner(world.keyring);
  edge.add(worldFacts, async () => ({
    posAddress: world.posAddress,
    tokenServiceKey: toHex(publicDirectory(world.keyring).tokens),
    nowMs: world.clock.nowMs(),
  }));
  edge.add(signElement, async ({ toSign }) => ({ signature: toHex(signAsMaker(fromHex(toSign))) }));
  edge.add(readEvents, eventsOf(world));
  addRemoteFields(edge, world);
  addLevers(edge, world);
  addCheatDesk(edge, world);
  return edge;
}
