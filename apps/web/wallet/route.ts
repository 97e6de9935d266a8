/** Where the holder is in the wallet: a path of the page's own address, so that back, reload and a link work. */
import { useSyncExternalStore } from 'react';

/** A screen and what it is about. */
export type Route =
  | { readonly screen: 'home' | 'history' | 'phones' | 'account' | 'register' }
  | { readonly screen: 'card'; readonly enrolmentId: string }
  | { readonly screen: 'phone'; readonly deviceId: string }
  /** Trips, with the express card or with the one that is named. */
  | { readonly screen: 'transit'; readonly enrolmentId?: string | undefined }
  | {
      readonly screen: 'add';
      /** The enrolment to go on with. */
      readonly enrolmentId?: string | undefined;
    };

const MOVED = 'octavo:moved';

/** The screen that the address names. */
export function useRoute(): Route {
  return routeOf(useSyncExternalStore(follow, () => location.pathname));
}

/** The screen of a path; one that names none is the wallet itself. */
function routeOf(path: string): Route {
  const [, name, id] = path.split('/');
  if (name === 'card' && id) return { screen: 'card', enrolmentId: id };
  if (name === 'transit') return { screen: 'transit', enrolmentId: id };
  if (name === 'phones' && id) return { screen: 'phone', deviceId: id };
  if (name === 'add') return { screen: 'add', enrolmentId: id };
  if (name === 'history' || name === 'phones' || name === 'account' || name === 'register') {
    return { screen: name };
  }
  return { screen: 'home' };
}

/** Go to a screen. */
export function goTo(route: Route): void {
  history.pushState({ depth: depth() + 1 }, '', pathOf(route));
  dispatchEvent(new Event(MOVED));
}

/** Go back to where the holder came from, or to the wallet when they came from elsewhere. */
export function goBack(): void {
  if (depth() > 0) history.back();
  else goHome();
}

/** Be at the wallet, without a way back to what is over. */
export function goHome(): void {
  history.replaceState({ depth: 0 }, '', '/');
  dispatchEvent(new Event(MOVED));
}

function pathOf(route: Route): string {
  switch (route.screen) {
    case 'home':
      return '/';
    case 'card':
      return `/card/${route.enrolmentId}`;
    case 'transit':
      return route.enrolmentId === undefined ? '/transit' : `/transit/${route.enrolmentId}`;
    case 'phone':
      return `/phones/${route.deviceId}`;
    case 'add':
      return route.enrolmentId === undefined ? '/add' : `/add/${route.enrolmentId}`;
    default:
      return `/${route.screen}`;
  }
}

function depth(): number {
  return (history.state as { depth?: number } | null)?.depth ?? 0;
}

function follow(hear: () => void): () => void {
  addEventListener('popstate', hear);
  addEventListener(MOVED, hear);
  return () => {
    removeEventListener('popstate', hear);
    removeEventListener(MOVED, hear);
  };
}
