/**
 * The contactless registry: which instance a reader may find. One at most is activated.
 * @see docs/specs.md, provisioning sheet, section 6; profile octavo-1, section 9
 */
import { type Command, SW } from '../apdu/apdu.ts';
import { fromHex, fromUint } from '../bytes/bytes.ts';
import { type Aid, CRS_AID } from '../globalplatform/aids.ts';
import { INS } from '../globalplatform/commands.ts';
import {
  decodeGetStatus,
  decodeSetStatus,
  encodeFailedAids,
  encodeRegistry,
} from '../globalplatform/registry.ts';
import { encodeTlv, template, tlv } from '../tlv/tlv.ts';
import { type Answered, type Asked, accept, refuse } from './answer.ts';
import type { ElementState, LastingState } from './state.ts';

const LIFE_CYCLE_SELECTABLE = 0x07;
const LIFE_CYCLE_PERSONALISED = 0x0f;

/** Answer a command to the registry. Throws `GlobalPlatformError` on one that is not of its form. */
export function processRegistry(state: ElementState, { command }: Asked): Answered {
  if (command.cla !== 0x80) return refuse(state, SW.unknownClass);
  if (command.ins === INS.getStatus) return getStatus(state, command);
  if (command.ins === INS.setStatus) return setStatus(state, command);
  return refuse(state, SW.unknownInstruction);
}

/** The answer to SELECT of the registry: its version, and how often it has changed. */
export function registryInformation({ registry }: LastingState): Uint8Array {
  const proprietary = template('A5', [
    tlv('9F08', fromHex('0100')),
    tlv('80', fromUint(registry.updateCounter, 2)),
  ]);
  return encodeTlv([template('6F', [tlv('84', fromHex(CRS_AID)), proprietary])]);
}

/** The lasting state without an instance: its keys and counters are gone, its name is deactivated and not express. */
export function withoutInstance(lasting: LastingState, aid: Aid): LastingState {
  const { registry } = lasting;
  const instances = lasting.instances.filter((instance) => instance.aid !== aid);
  const express = lasting.express === aid ? undefined : lasting.express;
  if (registry.activated !== aid) return { ...lasting, instances, express };
  const updateCounter = next(registry.updateCounter);
  return { ...lasting, instances, express, registry: { activated: undefined, updateCounter } };
}

function getStatus(state: ElementState, command: Command): Answered {
  const ask = decodeGetStatus(command);
  // Eight instances fit in one answer, so there is never a rest to ask for.
  if (ask.isNext) return refuse(state, SW.conditionsNotSatisfied);
  const { instances, registry } = state.lasting;
  const entries = instances
    .filter(({ aid }) => aid.startsWith(ask.aidPrefix))
    .map(({ aid, personal, updateCounter }) => ({
      aid,
      lifeCycle: personal ? LIFE_CYCLE_PERSONALISED : LIFE_CYCLE_SELECTABLE,
      isActivated: aid === registry.activated,
      updateCounter,
    }));
  if (entries.length === 0) return refuse(state, SW.referenceNotFound);
  return accept(state, encodeRegistry(entries, ask.tags));
}

function setStatus(state: ElementState, command: Command): Answered {
  const ask = decodeSetStatus(command);
  // With one activated instance there is nothing to put in order.
  if (ask.kind === 'priority') return refuse(state, SW.wrongParameters);
  // Each name is handled on its own: what was done stays done, what failed is named.
  let lasting = state.lasting;
  const failed: Aid[] = [];
  for (const aid of ask.aids) {
    const changed = withAvailability(lasting, aid, ask.activates);
    if (changed === undefined) failed.push(aid);
    else lasting = changed;
  }
  const after = { ...state, lasting };
  if (failed.length === 0) return accept(after);
  return [after, { data: encodeFailedAids(failed), status: SW.someFailed }];
}

/** Activate or deactivate one instance; undefined when it is unknown or not personalised. */
function withAvailability(
  lasting: LastingState,
  aid: Aid,
  activates: boolean,
): LastingState | undefined {
  const { instances, registry } = lasting;
  const instance = instances.find((one) => one.aid === aid);
  if (instance === undefined || (activates && instance.personal === undefined)) return undefined;
  if ((registry.activated === aid) === activates) return lasting;
  const changing = activates ? [aid, registry.activated] : [aid];
  return {
    ...lasting,
    instances: instances.map((one) =>
      changing.includes(one.aid) ? { ...one, updateCounter: next(one.updateCounter) } : one,
    ),
    registry: {
      activated: activates ? aid : undefined,
      updateCounter: next(registry.updateCounter),
    },
  };
}

/** Update counters have two bytes and begin again after FFFF. */
function next(counter: number): number {
  return (counter + 1) & 0xffff;
}
