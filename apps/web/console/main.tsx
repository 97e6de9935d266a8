import '../kit/tokens.css';
import '../kit/base.css';
import { openTheme } from '../kit/theme.ts';

openTheme();
