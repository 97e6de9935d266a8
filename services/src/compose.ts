/** Builds any set of services from ports; those that are not built here are reached through their peers. */
import type {
  AcquirerKeys,
  AuthorityKeys,
  CancelSignal,
  Clock,
  CryptogramKeys,
  Dial,
  Directory,
  ElementKeys,
  EnvelopeKeys,
  GateKeys,
  Journal,
  MacKeys,
  Random,
  SigningKeys,
  Sql,
  TerminalKeys,
  Trace,
  TransitKeys,
  VaultKeys,
  VerificationKeys,
} from '@octavo/domain/ports.ts';
import { demoCity } from '@octavo/domain/transit/city.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import type { Channel } from '@octavo/lib/apdu/channel.ts';
import { createAcquirer } from './acquirer/service.ts';
import { createGate, showKey, signAs } from './caller.ts';
import { type Client, connectTo, type Fetch } from './endpoint.ts';
import { createGates } from './gate/service.ts';
import { createIssuer } from './issuer/service.ts';
import { createNetwork } from './network/service.ts';
import type { Service } from './service.ts';
import { createTerminal } from './terminal/service.ts';
import { createTokens } from './tokens/service.ts';
import { createTransit } from './transit/service.ts';
import { createWallet } from './wallet/service.ts';

/** The services in floor order: each may call those before it; the issuer and the token service tell the next one news. */
export const serviceNames = [
  'issuer',
  'tokens',
  'network',
  'wallet',
  'acquirer',
  'transit',
  'gate',
  'terminal',
] as const;

/** One service's name. */
export type ServiceName = (typeof serviceNames)[number];

/** Everything a set of services asks of its machines. */
export type WorldPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly sql: Sql;
  readonly traceFor: (service: string) => Trace;
  readonly keys: {
    readonly tokens: SigningKeys &
      VaultKeys &
      EnvelopeKeys &
      CryptogramKeys &
      ElementKeys &
      AuthorityKeys;
    readonly issuer: SigningKeys & VaultKeys & VerificationKeys & MacKeys;
    readonly network: SigningKeys & VaultKeys & MacKeys;
    readonly wallet: SigningKeys & VaultKeys;
    readonly acquirer: SigningKeys & VaultKeys & MacKeys & AcquirerKeys;
    readonly transit: TransitKeys;
    readonly terminal: TerminalKeys;
    readonly gate: SigningKeys & GateKeys;
  };
  readonly directory: Directory;
  readonly operatorKey: string;
  /** The element maker's public key, uncompressed point. */
  readonly makerKey: Uint8Array;
  /** The token service's public key for card entry. */
  readonly envelopeKey: {
    readonly kid: string;
    readonly jwk: {
      readonly kty: 'EC';
      readonly crv: 'P-256';
      readonly x: string;
      readonly y: string;
    };
  };
  readonly dial: {
    readonly networkToIssuer: Dial;
    readonly acquirerToNetwork: Dial;
    readonly terminalToAcquirer: Dial;
  };
  /** Where terminals find the acquirer, host and port. */
  readonly posAddress: string;
  /** The phone in a terminal's field, by the field's name; undefined when there is none. */
  readonly air: (name: string) => Channel | undefined;
  /** A gate's journal, for one service at a time: who opens it takes it from whoever had it. */
  readonly openJournal: (gateId: string) => Promise<Journal>;
};

/** A set of running services behind one door. */
export type Composed = {
  readonly services: Readonly<Partial<Record<ServiceName, Service>>>;
  /** Hands a request to the service that its path begins with. */
  readonly fetch: Fetch;
  /** The OpenAPI description of all that runs here. */
  describe(): Record<string, unknown>;
  /** Run every service's own work until stopped. */
  run(stop: CancelSignal): Promise<void>;
};

/** Build the services named in `run`; `peers` reach the others. */
export function compose(
  run: readonly ServiceName[],
  ports: WorldPorts,
  peers: Readonly<Partial<Record<ServiceName, Fetch>>> = {},
): Composed {
  const services: Partial<Record<ServiceName, Service>> = {};
  const reach = (name: ServiceName): Fetch => {
    return (request) => {
      const fetch = services[name]?.fetch ?? peers[name];
      return fetch === undefined
        ? Response.json({ code: 'unavailable' }, { status: 503 })
        : fetch(request);
    };
  };
  for (const name of serviceNames) {
    if (run.includes(name)) services[name] = build(name, ports, reach);
  }
  return {
    services,
    fetch: (request) => {
      const name = new URL(request.url).pathname.split('/')[1] ?? '';
      const service = Object.hasOwn(services, name) ? services[name as ServiceName] : undefined;
      return service === undefined
        ? Response.json({ code: 'request.malformed' }, { status: 404 })
        : service.fetch(request);
    },
    describe: () => describeTogether(Object.values(services).map((service) => service.describe())),
    run: async (stop) => {
      await Promise.all(Object.values(services).map((service) => service.run(stop)));
    },
  };
}

function build(name: ServiceName, ports: WorldPorts, reach: (name: ServiceName) => Fetch): Service {
  const { clock, random, sql, directory, operatorKey, keys, dial } = ports;
  const gate = createGate(name, directory, operatorKey, clock);
  const base = { clock, random, sql, trace: ports.traceFor(name), gate };
  const call = (caller: Exclude<ServiceName, 'terminal'>, audience: ServiceName): Client =>
    connectTo(reach(audience), signAs(caller, audience, keys[caller], clock, random), clock);
  switch (name) {
    case 'issuer':
      return createIssuer({ ...base, keys: keys.issuer, tokens: call('issuer', 'tokens') });
    case 'tokens':
      return createTokens({
        ...base,
        keys: keys.tokens,
        issuer: call('tokens', 'issuer'),
        wallet: call('tokens', 'wallet'),
        makerKey: ports.makerKey,
        envelopeKey: ports.envelopeKey,
      });
    case 'network':
      return createNetwork({
        ...base,
        keys: keys.network,
        tokens: call('network', 'tokens'),
        dialIssuer: dial.networkToIssuer,
      });
    case 'wallet':
      return createWallet({
        ...base,
        keys: keys.wallet,
        tokens: call('wallet', 'tokens'),
        issuer: call('wallet', 'issuer'),
        transit: call('wallet', 'transit'),
      });
    case 'acquirer':
      return createAcquirer({
        ...base,
        keys: keys.acquirer,
        dialNetwork: dial.acquirerToNetwork,
        posAddress: ports.posAddress,
      });
    case 'transit':
      return createTransit({
        ...base,
        keys: keys.transit,
        acquirer: call('transit', 'acquirer'),
        acquirerDesk: connectTo(reach('acquirer'), showKey('operator', operatorKey), clock),
        city: demoCity,
        policy: demoPolicy,
      });
    case 'gate':
      return createGates({
        ...base,
        keys: keys.gate,
        transit: call('gate', 'transit'),
        transitDesk: connectTo(reach('transit'), showKey('operator', operatorKey), clock),
        directory,
        authorityKeys: () => keys.tokens.authorityKeys(),
        air: ports.air,
        openJournal: ports.openJournal,
      });
    case 'terminal':
      return createTerminal({
        ...base,
        keys: keys.terminal,
        acquirer: connectTo(reach('acquirer'), showKey('operator', operatorKey), clock),
        dialAcquirer: dial.terminalToAcquirer,
        air: ports.air,
      });
  }
}

/** One OpenAPI description made of several. */
export function describeTogether(
  parts: readonly Readonly<Record<string, unknown>>[],
): Record<string, unknown> {
  return {
    ...parts[0],
    info: { title: 'Octavo', version: '0.1.0', license: { name: 'Apache-2.0' } },
    paths: Object.assign({}, ...parts.map((part) => part.paths)),
    components: {
      schemas: Object.assign(
        {},
        ...parts.map((part) => (part.components as { schemas?: object } | undefined)?.schemas),
      ),
    },
  };
}
