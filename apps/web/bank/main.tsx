/** The bank's own origin: its app, and the messages of a number, which the wallet's page may hold in a frame. */
import './bank.css';
import { openPage } from '../kit/page.tsx';
import { BankApp } from './bank-app.tsx';
import { isFramed, listenToPage } from './frame.ts';
import { MessagesPage } from './messages-page.tsx';

// At once: the page that holds this one tells the number as soon as the frame is loaded.
listenToPage();
// What moves money or opens a card is never drawn inside a page of somebody else's.
const showsMessages = isFramed || location.pathname.startsWith('/messages');
document.documentElement.dataset.framed = String(isFramed);

void openPage(
  { en: () => import('./words/en.ts'), 'zh-CN': () => import('./words/zh-CN.ts') },
  () => (showsMessages ? <MessagesPage /> : <BankApp />),
);
