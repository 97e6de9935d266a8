/** The wallet in React: one value for the whole page, drawn anew when it changes. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { siteOrigin } from '../kit/here.ts';
import { currentTheme, onTheme } from '../kit/theme.ts';
import { chosenLanguage } from '../kit/words.ts';
import { linkElement } from './core/element-link.ts';
import { placeOfPhone } from './core/keep.ts';
import { openWallet, type Wallet, type WalletState } from './core/wallet.ts';

const WalletContext = createContext<Wallet | undefined>(undefined);

/** The wallet of this page. */
export function useWallet(): Wallet {
  const wallet = useContext(WalletContext);
  if (wallet === undefined) throw new Error('there is no wallet around this component');
  return wallet;
}

/** How the wallet stands now. */
export function useWalletState(): WalletState {
  const wallet = useWallet();
  return useSyncExternalStore(wallet.subscribe, wallet.state);
}

/**
 * Holds the element's frame for as long as the page lives, and the wallet over it. The frame comes to the front only
 * while the element's own keypad is asked for.
 */
export function WalletProvider({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [wallet, setWallet] = useState<Wallet>();
  const [isKeypadUp, setKeypadUp] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const stop = new AbortController();
    const begin = () => {
      const link = linkElement(element, { language: chosenLanguage(), theme: currentTheme() });
      const opened = openWallet({
        ...link,
        passcode: async (purpose) => {
          const before = document.activeElement;
          setKeypadUp(true);
          element.focus();
          try {
            return await link.passcode(purpose);
          } finally {
            setKeypadUp(false);
            if (before instanceof HTMLElement) before.focus();
          }
        },
      });
      const endTheme = onTheme((theme) => void link.wear(theme));
      stop.signal.addEventListener('abort', endTheme);
      // A code that a terminal shows brings an open page to that terminal.
      const follow = () => void opened.lieAt(placeOfPhone());
      addEventListener('hashchange', follow, { signal: stop.signal });
      opened.run(stop.signal);
      setWallet(opened);
    };
    element.addEventListener('load', begin, { once: true });
    // The address is given once somebody listens for the load.
    element.src = `${siteOrigin('element')}/`;
    return () => stop.abort();
  }, []);
  return (
    <>
      <iframe
        ref={frame}
        title={title}
        className={isKeypadUp ? 'element-frame element-frame-up' : 'element-frame'}
        tabIndex={isKeypadUp ? 0 : -1}
        aria-hidden={!isKeypadUp}
      />
      {isKeypadUp && <div className="element-ground" />}
      {wallet === undefined ? null : (
        <WalletContext.Provider value={wallet}>{children}</WalletContext.Provider>
      )}
    </>
  );
}
