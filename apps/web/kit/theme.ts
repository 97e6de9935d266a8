/** Light or dark: what was chosen, or what the system says, on the attribute that our tokens read. */

/** What may be chosen. */
export type ThemeChoice = 'light' | 'dark' | 'system';

const KEPT = 'octavo.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** What was chosen for this site. */
export function chosenTheme(): ThemeChoice {
  const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem(KEPT);
  return asked === 'light' || asked === 'dark' ? asked : 'system';
}

/** The theme that is drawn now. */
export function currentTheme(): 'light' | 'dark' {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** Draw the chosen theme, and follow the system while nothing is chosen. `onChange` hears of every change. */
export function openTheme(onChange: () => void = () => {}): void {
  const draw = () => {
    const choice = chosenTheme();
    const theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
    document.documentElement.dataset.theme = theme;
    onChange();
  };
  draw();
  dark.addEventListener('change', draw);
}

/** Choose a theme and draw it. */
export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, choice);
  openTheme();
}
