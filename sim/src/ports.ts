/** The ports of one life: the same as a real world gives, every act of them a scheduling point. */
import type { Dial, Directory, GateKeys, Journal, Random } from '@octavo/domain/ports.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import {
  envelopeAddress,
  generateTerminal,
  type Keyring,
  publicDirectory,
} from '@octavo/platform/keyring.ts';
import { softKeysFor } from '@octavo/platform/softkeys.ts';
import {
  generateP256,
  type PrivateJwk,
  pointOf,
  verifySignature,
} from '@octavo/platform/softkeys-p256.ts';
import type { WorldPorts } from '@octavo/services/compose';
import { createChance } from './chance.ts';
import type { Leg } from './faults.ts';
import type { Life } from './life.ts';
import { signSteadily } from './signature.ts';

/** What the ports of a life are made of. */
export type PortParts = {
  readonly keyring: Keyring;
  readonly random: Random;
  readonly dial: (leg: Leg) => Dial;
  readonly air: (field: string) => Channel | undefined;
  readonly openJournal: (gateId: string) => Promise<Journal>;
};

/** Make the ports of a life. */
export function portsOf(life: Life, parts: PortParts): WorldPorts {
  const { keyring, random, dial, air } = parts;
  const { kid, publicJwk } = envelopeAddress(keyring);
  return {
    clock: life.clock,
    random,
    sql: life.sql,
    traceFor: life.traceFor,
    keys: keysOf(life, keyring, random),
    directory: life.guard(directoryOf(keyring)),
    operatorKey: keyring.operator.token,
    makerKey: publicDirectory(keyring).maker,
    envelopeKey: { kid, jwk: { kty: 'EC', crv: 'P-256', x: publicJwk.x, y: publicJwk.y } },
    dial: {
      networkToIssuer: dial('network-issuer'),
      acquirerToNetwork: dial('acquirer-network'),
      terminalToAcquirer: dial('terminal-acquirer'),
    },
    posAddress: '127.0.0.1:9999',
    openJournal: async (gateId) => {
      const { count, append, read, close } = await parts.openJournal(gateId);
      return { count, ...life.guard({ append, read, close }) };
    },
    air: (field) => {
      const channel = air(field);
      return channel && life.guardAir(channel);
    },
  };
}

function keysOf(life: Life, keyring: Keyring, random: Random): WorldPorts['keys'] {
  const terminal = life.name === 'terminal2' ? SECOND_TERMINAL : keyring;
  return {
    tokens: life.guard(softKeysFor('tokens', keyring, random)),
    issuer: life.guard(softKeysFor('issuer', keyring, random)),
    network: life.guard(softKeysFor('network', keyring, random)),
    wallet: life.guard(softKeysFor('wallet', keyring, random)),
    acquirer: life.guard(softKeysFor('acquirer', keyring, random)),
    transit: life.guard(softKeysFor('transit', keyring, random)),
    gate: life.guard({ ...softKeysFor('gate', keyring, random), ...steadyRecords }),
    terminal: life.guard(softKeysFor('terminal', terminal, random)),
  };
}

/**
 * Gates sign their records with keys of their own, the same in every seed and in the same way every time: the hash of a
 * record gives its advice a number, and by that advices are put in order.
 */
const steadyRecords: Pick<GateKeys, 'signRecord' | 'publicKey'> = {
  signRecord: async (gateId, bytes) => signSteadily(pairOfGate(gateId), bytes),
  publicKey: async (gateId) => pointOf(pairOfGate(gateId)),
};

function pairOfGate(gateId: string): PrivateJwk {
  return generateP256(createChance(`gate ${gateId}`).bytes);
}

/** Every terminal has a key pair of its own, the same in every seed. */
const SECOND_TERMINAL = {
  terminal: generateTerminal(createChance('second terminal').bytes),
};

function directoryOf(keyring: Keyring): Directory {
  const keys: Readonly<Record<string, Uint8Array>> = publicDirectory(keyring);
  return {
    verify: async (party, message, signature) => {
      const key = keys[party];
      return key !== undefined && verifySignature(key, message, signature);
    },
  };
}
