/** The card-entry frame: what is typed here is closed to the token service alone before it leaves. */
import '../kit/tokens.css';
import '../kit/base.css';
import '../kit/parts.css';
import './card.css';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { languageNamed, wearTheme } from '../kit/frame-look.ts';
import { siteOrigin } from '../kit/here.ts';
import { openWords } from '../kit/words.ts';
import { CardForm } from './CardForm.tsx';
import { CodeForm } from './CodeForm.tsx';
import { type Desk, openDesk } from './desk.ts';
import type { Binding, CardConnect } from './messages.ts';
import { seal } from './seal.ts';

const walletOrigin = siteOrigin('wallet');
const place = document.getElementById('root') ?? document.body;
/** Ends what is drawn for the last connection, so that the next begins with nothing. */
let end = (): void => {};

// Nobody but the wallet's page is listened to, and nothing is ever answered but on the port that it brings.
window.addEventListener('message', ({ origin, data, ports }: MessageEvent<CardConnect>) => {
  const [port] = ports;
  if (origin !== walletOrigin || data?.kind !== 'connect' || port === undefined) return;
  end();
  wearTheme(data.theme);
  const desk = openDesk(port);
  if (data.task.kind === 'push') void sealReceipt(desk, data.binding, data.task.receipt);
  else void draw(desk, data, data.task.kind);
});

async function draw(desk: Desk, connect: CardConnect, task: 'card' | 'code'): Promise<void> {
  let isOver = false;
  end = () => {
    isOver = true;
  };
  const words = await openWords(
    { en: () => import('./words/en.ts'), 'zh-CN': () => import('./words/zh-CN.ts') },
    languageNamed(connect.language),
  );
  if (isOver) return;
  const Form = task === 'card' ? CardForm : CodeForm;
  const root = createRoot(place);
  root.render(
    <I18nextProvider i18n={words}>
      <Form desk={desk} binding={connect.binding} />
    </I18nextProvider>,
  );
  const size = new ResizeObserver(() => {
    const px = Math.ceil(place.getBoundingClientRect().height);
    if (px > 0) desk.tell({ kind: 'height', px });
  });
  size.observe(place);
  end = () => {
    size.disconnect();
    root.unmount();
  };
}

/** Nothing is typed for a card that its bank has handed on. */
async function sealReceipt(desk: Desk, binding: Binding, receipt: string): Promise<void> {
  const envelope = await seal(binding, { kind: 'push', receipt });
  desk.tell(envelope === undefined ? { kind: 'no_connection' } : { kind: 'sealed', envelope });
}
