import '../kit/tokens.css';
import '../kit/base.css';
import { createRoot } from 'react-dom/client';
import { openTheme } from '../kit/theme.ts';
import { Raw } from './raw.tsx';
import { WalletProvider } from './use-wallet.tsx';

openTheme();
createRoot(document.getElementById('root')!).render(<WalletProvider title="element"><Raw /></WalletProvider>);
