/** The console: what the engineer and the operator see of a running world. */
import { openPage } from '../kit/page.tsx';
import { Shell } from './shell.tsx';
import { openStyleText } from './style-text.ts';
import './console.css';

openStyleText();
void openPage(
  { en: () => import('./words/en.ts'), 'zh-CN': () => import('./words/zh-CN.ts') },
  () => <Shell />,
);
