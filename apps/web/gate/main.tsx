/** The gate's page. */
import { openPage } from '../kit/page.tsx';
import { Gate } from './Gate.tsx';
import { nameOfField } from './keep.ts';
import './gate.css';
import './face.css';
import './side.css';

const air = nameOfField();

await openPage(
  { en: () => import('./words/en.ts'), 'zh-CN': () => import('./words/zh-CN.ts') },
  () => <Gate air={air} />,
);
