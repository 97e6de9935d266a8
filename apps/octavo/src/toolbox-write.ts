/** `npm run toolbox`: writes docs/toolbox.md anew. */
import { writeFileSync } from 'node:fs';
import { toolboxPage } from './toolbox-page.ts';

writeFileSync(new URL('../../../docs/toolbox.md', import.meta.url), toolboxPage());
