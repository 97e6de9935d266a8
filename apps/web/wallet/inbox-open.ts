/** Whether the bank's messages are open over the phone, and how many of them are unread. */
import { useSyncExternalStore } from 'react';

type InboxState = { readonly isOpen: boolean; readonly unread: number };

let state: InboxState = { isOpen: false, unread: 0 };
const listeners = new Set<() => void>();

/** How the inbox stands. */
export function useInboxState(): InboxState {
  return useSyncExternalStore(
    (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    () => state,
  );
}

/** Open the messages or put them away; where they stand beside the phone, nothing happens. */
export function openInbox(isOpen: boolean): void {
  set({ isOpen });
}

/** Note what the bank's frame told. */
export function noteUnread(unread: number): void {
  if (unread !== state.unread) set({ unread });
}

function set(change: Partial<InboxState>): void {
  state = { ...state, ...change };
  for (const hear of listeners) hear();
}
