/** The terminal's page. */
import { openPage } from '../kit/page.tsx';
import { nameOfField } from './field-name.ts';
import { Terminal } from './Terminal.tsx';
import './till.css';
import './field.css';
import './results.css';
import './side.css';
import './settings.css';
import './wide.css';

const air = nameOfField();

await openPage(
  { en: () => import('./words/en.ts'), 'zh-CN': () => import('./words/zh-CN.ts') },
  () => <Terminal air={air} />,
);
