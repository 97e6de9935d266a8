/** The element's frame: the chip in a worker, and the keypad on which the holder types to it. */
import '../kit/tokens.css';
import '../kit/base.css';
import '../kit/parts.css';
import './keypad.css';
import type { i18n } from 'i18next';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { languageNamed, wearTheme } from '../kit/frame-look.ts';
import { siteOrigin } from '../kit/here.ts';
import { ownScript } from '../kit/script-policy.ts';
import { openWords } from '../kit/words.ts';
import { openBridge } from './bridge.ts';
import { Keypad } from './keypad.tsx';
import { type KeypadRun, type Purpose, startKeypad } from './keypad-run.ts';
import workerAddress from './worker.ts?worker&url';

const worker = new Worker(ownScript(workerAddress), { type: 'module' });
const place = document.getElementById('root') ?? document.body;
let words = load('en');
let shown: KeypadRun | undefined;

openBridge({
  worker,
  walletOrigin: siteOrigin('wallet'),
  onConnect: ({ language, theme }) => {
    wearTheme(theme);
    words = load(language);
  },
  onTheme: wearTheme,
  keypad: async (purpose: Purpose, chip) => {
    const loaded = await words;
    // A page that asks twice has put the first one away.
    if (shown !== undefined) {
      shown.leave();
      await Promise.allSettled([shown.ended]);
    }
    const run = startKeypad(purpose, chip.exchange);
    shown = run;
    const root = createRoot(place);
    root.render(
      <I18nextProvider i18n={loaded}>
        <Keypad run={run} />
      </I18nextProvider>,
    );
    try {
      return await run.ended;
    } finally {
      root.unmount();
    }
  },
});

function load(language: string): Promise<i18n> {
  return openWords(
    { en: () => import('./words/en.ts'), 'zh-CN': () => import('./words/zh-CN.ts') },
    languageNamed(language),
  );
}
