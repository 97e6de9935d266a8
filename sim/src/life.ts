/** One life of a service: its ports, every call of which is a scheduling point, and its death. */
import {
  type Clock,
  type Dial,
  LinkDown,
  type Sql,
  StorageUnavailable,
  type Trace,
} from '@octavo/domain/ports.ts';
import { type Channel, FieldLost } from '@octavo/lib/apdu/channel.ts';
import type { Fetch } from '@octavo/services/endpoint';
import type { Faults } from './faults.ts';
import type { Owner, Scheduler } from './scheduler.ts';

/** What every life needs of its world. */
export type Surroundings = {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly sql: Sql;
  /** Takes the events of those who are alive. */
  readonly tell: (service: string, type: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** A life and the ports that end with it. */
export type Life = Owner & {
  readonly clock: Clock;
  readonly sql: Sql;
  readonly traceFor: (service: string) => Trace;
  readonly stop: AbortController;
  /** The same port, each of its acts a scheduling point. */
  guard<Port extends object>(port: Port): Port;
  guardAir(channel: Channel): Channel;
  guardDial(dial: () => ReturnType<Dial>): Dial;
  /** Called once at death. */
  readonly mourners: Set<() => void>;
};

/** Begin a life. `sql` may be the service's own view of the database. */
export function beginLife(name: string, around: Surroundings, sql: Sql = around.sql): Life {
  const { scheduler, faults, tell } = around;
  const owner: Owner = { name, alive: true };
  const act: Act = async (work, what) => {
    const slownessMs = faults.slownessMs();
    if (slownessMs > 0) await scheduler.sleep(life, slownessMs);
    return scheduler.call(life, work, what);
  };
  const life: Life = Object.assign(owner, {
    clock: scheduler.clockOf(owner),
    sql: ((text, values) => act(() => state(faults, () => sql(text, values)), text)) as Sql,
    traceFor: (): Trace => (type: string, detail: Readonly<Record<string, unknown>>) => {
      if (owner.alive) tell(name, type, detail);
    },
    stop: new AbortController(),
    mourners: new Set<() => void>(),
    guard: <Port extends object>(port: Port): Port => guarded(port, act),
    guardAir:
      (channel: Channel): Channel =>
      (command) =>
        act(() => {
          if (faults.fieldLost()) throw new FieldLost('the phone left the field');
          return channel(command);
        }),
    guardDial:
      (dial: () => ReturnType<Dial>): Dial =>
      () =>
        act(dial),
  });
  return life;
}

async function state<T>(faults: Faults, run: () => Promise<T>): Promise<T> {
  const fate = faults.statement();
  if (fate === 'fails_before') throw new StorageUnavailable('the database is away');
  const rows = await run();
  if (fate === 'fails_after') throw new StorageUnavailable('the database went away');
  return rows;
}

type Act = <T>(work: () => T | Promise<T>, what?: string) => Promise<T>;

function guarded<Port extends object>(port: Port, act: Act): Port {
  const acts = Object.entries(port).map(([name, work]) => [
    name,
    (...asked: readonly unknown[]) =>
      act(() => (work as (...asked: readonly unknown[]) => unknown)(...asked)),
  ]);
  return Object.fromEntries(acts) as Port;
}

/** Who answers calls: a service in its present life, or nobody. */
export type Answerer = { readonly life: Life; readonly fetch: Fetch } | undefined;

/**
 * Calls to a peer that may be lost before or after they were handled. A caller whose peer dies under the call is
 * told so or waits in vain.
 */
export function guardCalls(
  { scheduler, faults }: Pick<Surroundings, 'scheduler' | 'faults'>,
  caller: Owner,
  nature: Owner,
  peer: () => Answerer,
): Fetch {
  return (request) =>
    new Promise<Response>((resolve, reject) => {
      const answer = (how: () => void) => void scheduler.call(caller, how);
      void scheduler.call(caller, () => {
        const fate = faults.call();
        const answerer = peer();
        if (answerer === undefined || fate === 'unreachable') {
          answer(() => reject(new LinkDown('nobody answers')));
          return;
        }
        if (fate === 'request_lost') return;
        const fall = () => answer(() => reject(new LinkDown('the peer went away')));
        answerer.life.mourners.add(fall);
        if (fate === 'doubled') void deliver(answerer, request.clone());
        void deliver(answerer, request).then((response) => {
          answerer.life.mourners.delete(fall);
          if (fate !== 'answer_lost')
            void scheduler.call(nature, () => answer(() => resolve(response)));
        });
      });
    });
}

async function deliver({ fetch }: NonNullable<Answerer>, request: Request): Promise<Response> {
  return fetch(request);
}
