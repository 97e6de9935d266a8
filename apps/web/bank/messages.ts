/**
 * What crosses between the bank's pages and the wallet's, both ways by `postMessage` and only between those two
 * origins. No text, code or card number is ever told: the frame says how tall it is and how much is unread.
 */

/** From the wallet's page to the bank's frame. */
export type ToInbox =
  /** Whose messages to show. It opens nothing by itself. */
  | { readonly kind: 'number'; readonly mobile: string }
  /** The page draws another theme now. */
  | { readonly kind: 'theme'; readonly theme: 'light' | 'dark' };

/** From the bank's frame to the wallet's page. */
export type FromInbox =
  /** How tall the messages are, in pixels. */
  | { readonly kind: 'height'; readonly px: number }
  /** How many messages came since the frame was last seen. */
  | { readonly kind: 'unread'; readonly count: number };

/** From a wallet's window that the bank's app opened: it listens for a receipt. */
export type FromWallet = { readonly kind: 'push-ready' };

/** The bank's answer to that window: the receipt by which the wallet adds the card. */
export type ToWallet = { readonly kind: 'push'; readonly receipt: string };
