/** The frame of the console: the rail, and the page that the path names; nothing before the operator has signed in. */
import { lazy, Suspense, useEffect } from 'react';
import { followEvents } from './events.ts';
import { type Route, railPageOf, useRoute } from './route.tsx';
import { useOperatorKey } from './session.ts';
import { Rail } from './shell/rail.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { Waiting } from './shell/waiting.tsx';
import { ConsoleTheme } from './theme.tsx';

const LivePage = lazy(() => import('./live/live-page.tsx').then((m) => ({ default: m.LivePage })));
const TapsPage = lazy(() =>
  import('./explain/taps-page.tsx').then((m) => ({ default: m.TapsPage })),
);
const ExplainPage = lazy(() =>
  import('./explain/explain-page.tsx').then((m) => ({ default: m.ExplainPage })),
);
const TicketPage = lazy(() =>
  import('./explain/ticket-page.tsx').then((m) => ({ default: m.TicketPage })),
);
const PastePage = lazy(() =>
  import('./paste/paste-page.tsx').then((m) => ({ default: m.PastePage })),
);
const TokensPage = lazy(() =>
  import('./tokens/tokens-page.tsx').then((m) => ({ default: m.TokensPage })),
);
const TokenPage = lazy(() =>
  import('./tokens/token-page.tsx').then((m) => ({ default: m.TokenPage })),
);
const BankPage = lazy(() => import('./bank/bank-page.tsx').then((m) => ({ default: m.BankPage })));
const TransitPage = lazy(() =>
  import('./transit/transit-page.tsx').then((m) => ({ default: m.TransitPage })),
);
const CheatsPage = lazy(() =>
  import('./cheats/cheats-page.tsx').then((m) => ({ default: m.CheatsPage })),
);
const LeversPage = lazy(() =>
  import('./levers/levers-page.tsx').then((m) => ({ default: m.LeversPage })),
);

/** The whole console. A tap that is read by ticket needs no operator. */
export function Shell() {
  const route = useRoute();
  const key = useOperatorKey();
  return (
    <ConsoleTheme>
      {route.page === 'ticket' ? (
        <main className="alone">
          <Suspense fallback={<Waiting />}>
            <TicketPage />
          </Suspense>
        </main>
      ) : key === undefined ? (
        <SignIn />
      ) : (
        <Console key={key} route={route} />
      )}
    </ConsoleTheme>
  );
}

/** The console for one key: another key begins it anew. */
function Console({ route }: { readonly route: Route }) {
  useEffect(() => {
    const end = new AbortController();
    void followEvents(end.signal);
    return () => end.abort();
  }, []);
  return (
    <div className="console">
      <Rail current={railPageOf(route)} />
      <main className="console-page" id="page" tabIndex={-1}>
        <Suspense fallback={<Waiting />}>
          <Page route={route} />
        </Suspense>
      </main>
    </div>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'live':
      return <LivePage />;
    case 'explain':
      return <TapsPage />;
    case 'tap':
      return <ExplainPage key={route.id} id={route.id} />;
    case 'ticket':
      return <TicketPage />;
    case 'paste':
      return <PastePage />;
    case 'tokens':
      return <TokensPage />;
    case 'token':
      return <TokenPage key={route.reference} reference={route.reference} />;
    case 'bank':
      return <BankPage />;
    case 'transit':
      return <TransitPage />;
    case 'cheats':
      return <CheatsPage />;
    case 'levers':
      return <LeversPage />;
  }
}
