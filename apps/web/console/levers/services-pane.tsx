/** The services: which run, since when, and the ends and beginnings that an operator may give them. */
import { useTranslation } from 'react-i18next';
import { Line } from '../../kit/parts.tsx';
import { useActing } from '../acting.ts';
import {
  killService,
  readServices,
  restartService,
  type ServiceName,
  type ServiceView,
} from '../api.ts';
import { Control, Pane } from '../frame.tsx';
import { usePolled } from '../polled.ts';
import { useWorldNow } from '../world-now.ts';
import { momentOf } from './moments.ts';

/** All of them, in the order in which they are built. */
export function ServicesPane({ news }: { readonly news: number }) {
  const { t } = useTranslation();
  const services = usePolled(readServices, 3_000, news);
  const acting = useActing();
  const act = (change: (name: ServiceName) => Promise<unknown>) => (name: ServiceName) =>
    void acting.run(async () => {
      await change(name);
      services.again();
    });
  const all = services.answer?.services;
  const running = all?.filter(({ state }) => state === 'running').length ?? 0;
  return (
    <Pane
      title={t('levers.services')}
      end={all === undefined ? null : t('levers.running', { running, all: all.length })}
    >
      {acting.wrong === undefined ? null : <Line tone="zhu">{acting.wrong}</Line>}
      {all === undefined ? (
        <div className="wait lever-services-wait" aria-hidden />
      ) : (
        <ul className="lever-services">
          {all.map((service) => (
            <ServiceRow
              key={service.name}
              service={service}
              busy={acting.busy}
              onKill={act(killService)}
              onRestart={act(restartService)}
            />
          ))}
        </ul>
      )}
    </Pane>
  );
}

function ServiceRow({
  service,
  busy,
  onKill,
  onRestart,
}: {
  readonly service: ServiceView;
  readonly busy: boolean;
  readonly onKill: (name: ServiceName) => void;
  readonly onRestart: (name: ServiceName) => void;
}) {
  const { t } = useTranslation();
  const { name, state, sinceMs, restarts } = service;
  const words = useServiceWords()[name];
  const isRunning = state === 'running';
  const at = momentOf(sinceMs, useWorldNow(60_000));
  return (
    <li className="lever-service">
      <div className="lever-service-body">
        <h3 className="c-heading">
          <span className="tail-dot" data-tone={isRunning ? 'qing' : 'zhu'} aria-hidden />
          {words.name}
        </h3>
        {isRunning ? null : <span className="tag tag-zhu">{t('levers.stateKilled')}</span>}
        <span className="caption third tabular">
          {isRunning ? t('levers.runningSince', { at }) : t('levers.since', { at })}
          {restarts > 0 ? ` · ${t('levers.restarts', { count: restarts })}` : ''}
        </span>
      </div>
      <div className="lever-service-acts">
        <Control
          kind="quiet-danger"
          disabled={!isRunning}
          busy={busy}
          label={t('levers.killNamed', { name: words.name })}
          onPress={() => onKill(name)}
        >
          {t('levers.kill')}
        </Control>
        <Control
          busy={busy}
          label={t('levers.restartNamed', { name: words.name })}
          onPress={() => onRestart(name)}
        >
          {t('levers.restart')}
        </Control>
      </div>
      <p className="caption lever-seen" data-on={!isRunning}>
        {words.seen}
      </p>
    </li>
  );
}

/** What the services are called, and what is seen of it when one is away. */
export function useServiceWords(): Readonly<
  Record<ServiceName, { readonly name: string; readonly seen: string }>
> {
  const { t } = useTranslation();
  return {
    issuer: { name: t('levers.serviceIssuer'), seen: t('levers.seenIssuer') },
    tokens: { name: t('levers.serviceTokens'), seen: t('levers.seenTokens') },
    network: { name: t('levers.serviceNetwork'), seen: t('levers.seenNetwork') },
    wallet: { name: t('levers.serviceWallet'), seen: t('levers.seenWallet') },
    acquirer: { name: t('levers.serviceAcquirer'), seen: t('levers.seenAcquirer') },
    transit: { name: t('levers.serviceTransit'), seen: t('levers.seenTransit') },
    gate: { name: t('levers.serviceGate'), seen: t('levers.seenGate') },
    terminal: { name: t('levers.serviceTerminal'), seen: t('levers.seenTerminal') },
  };
}
