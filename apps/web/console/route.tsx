/** Where the console is: a page by its path, and links that lead there without a new load. */
import { type MouseEvent, type ReactNode, useSyncExternalStore } from 'react';

/** The pages of the rail. */
export const pageNames = [
  'live',
  'explain',
  'paste',
  'tokens',
  'bank',
  'transit',
  'cheats',
  'levers',
] as const;

/** A page of the rail. */
export type PageName = (typeof pageNames)[number];

/** A path of the rail's pages. */
export const pathOf: Readonly<Record<PageName, string>> = {
  live: '/live',
  explain: '/taps',
  paste: '/paste',
  tokens: '/tokens',
  bank: '/bank',
  transit: '/transit',
  cheats: '/cheats',
  levers: '/levers',
};

/** What a path shows. */
export type Route =
  | { readonly page: PageName }
  | { readonly page: 'tap'; readonly id: string }
  | { readonly page: 'ticket' }
  | { readonly page: 'token'; readonly reference: string };

/** What a path shows; an unknown path shows the live page. */
function routeOf(pathname: string): Route {
  const [, first = '', second = ''] = pathname.split('/');
  const rest = decoded(second);
  if (first === 'tap') return rest === '' ? { page: 'ticket' } : { page: 'tap', id: rest };
  if (first === 'tokens' && rest !== '') return { page: 'token', reference: rest };
  const page = pageNames.find((name) => pathOf[name] === `/${first}`);
  return { page: page ?? 'live' };
}

/** The page of the rail that a route belongs to. */
export function railPageOf(route: Route): PageName {
  if (route.page === 'tap' || route.page === 'ticket') return 'explain';
  return route.page === 'token' ? 'tokens' : route.page;
}

/** The path of a tap. */
export function tapPath(id: string): string {
  return `/tap/${encodeURIComponent(id)}`;
}

/** The path of a token. */
export function tokenPath(reference: string): string {
  return `/tokens/${encodeURIComponent(reference)}`;
}

/** Show another page; `replace` leaves no way back to this one. */
export function go(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  for (const listener of listeners) listener();
  window.scrollTo(0, 0);
}

/** The route that is shown, and the drawing anew when it changes. */
export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.pathname));
}

/** What stands after the path, and the drawing anew when it changes. */
export function useSearch(): string {
  return useSyncExternalStore(subscribe, () => location.search);
}

/** A link to a page of the console. */
export function Link({
  to,
  children,
  className,
  label,
  current = false,
}: {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly label?: string | undefined;
  readonly current?: boolean;
}) {
  const onClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={to}
      className={className}
      aria-label={label}
      aria-current={current ? 'page' : undefined}
      onClick={onClick}
    >
      {children}
    </a>
  );
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
