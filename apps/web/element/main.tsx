/** The element's frame: the chip in a worker, and the keypad on which the holder types to it. */
import '../kit/tokens.css';
import '../kit/base.css';
import { siteOrigin } from '../kit/here.ts';
import { ownScript } from '../kit/script-policy.ts';
import { openTheme } from '../kit/theme.ts';
import { openBridge } from './bridge.ts';
import workerAddress from './worker.ts?worker&url';

openTheme();
const worker = new Worker(ownScript(workerAddress), { type: 'module' });
openBridge({
  worker,
  walletOrigin: siteOrigin('wallet'),
  onConnect: () => {},
  keypad: async () => 'cancelled',
});
