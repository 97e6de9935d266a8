/** The wallet's page: the phone. */
import { openPage } from '../kit/page.tsx';
import { App } from './app.tsx';
import { keepOffline } from './keep-offline.ts';
import './wallet.css';

await openPage(
  {
    en: () => import('./words/en.ts'),
    'zh-CN': () => import('./words/zh-CN.ts'),
  },
  () => <App />,
);
keepOffline();
