/** The checks in the order they ran: what each compared, which one refused, and what still held. */
import type { Check, JourneyNode } from '@octavo/lib/journey/node.ts';
import { CHECK_OUTCOMES } from '@octavo/lib/journey/words.ts';
import { Minus, Check as Tick, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Links } from './linkage.ts';
import { useSay } from './say.ts';

/** The pane of the checks of a node. */
export function ChecksPane({ node, links }: { readonly node: JourneyNode; readonly links: Links }) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  const { checks, tookMs } = node;
  const held = checks.filter(({ outcome }) => outcome === 'held').length;
  const broken = checks.findIndex(({ outcome }) => outcome === 'broken');
  useEffect(() => {
    const [pane, refusal] = [
      list.current,
      list.current?.querySelector<HTMLElement>('.check-broken'),
    ];
    if (pane && refusal) pane.scrollTop = refusal.offsetTop - pane.clientHeight / 2;
  }, []);
  const counted =
    broken < 0
      ? t('explain.checksHeld', { held, count: checks.length })
      : t('explain.checksStopped', { held, at: broken + 1 });
  return (
    <section className="c-pane checks" aria-labelledby="checks-title">
      <div className="c-pane-head">
        <h2 id="checks-title" className="c-heading">
          {t('explain.checks')}
        </h2>
        <span className="c-pane-end small">
          {counted}
          {tookMs === undefined ? '' : ` · ${t('explain.took', { ms: tookMs })}`}
        </span>
      </div>
      <ol className="checks-list scroller" ref={list}>
        {checks.map((check) => (
          <CheckRow key={check.name} check={check} links={links.ofCheck(check.name).join(' ')} />
        ))}
      </ol>
    </section>
  );
}

function CheckRow({ check, links }: { readonly check: Check; readonly links: string }) {
  const say = useSay();
  const { label, outcome, compared } = check;
  return (
    <li>
      <button
        type="button"
        className={`check check-${outcome}`}
        data-links={links === '' ? undefined : links}
      >
        <span className="check-mark">
          <Sign outcome={outcome} />
        </span>
        <span className="unseen">{say(CHECK_OUTCOMES[outcome])}: </span>
        <span className="check-name">{say(label)}</span>
        <span className="check-compared mono">
          {outcome === 'not_run' ? say(CHECK_OUTCOMES.not_run) : say(compared)}
        </span>
      </button>
    </li>
  );
}

function Sign({ outcome }: { readonly outcome: Check['outcome'] }) {
  const look = { size: 16, strokeWidth: 2.4, 'aria-hidden': true } as const;
  if (outcome === 'held') return <Tick {...look} />;
  return outcome === 'broken' ? <X {...look} /> : <Minus {...look} />;
}
