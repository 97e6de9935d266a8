/** Light or dark: what was chosen, or what the system says, on the attribute that our tokens read. */

/** What may be chosen. */
export type ThemeChoice = 'light' | 'dark' | 'system';

const KEPT = 'octavo.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const hearers = new Set<(theme: 'light' | 'dark') => void>();
/** In a frame: what the page around it draws. */
let told: 'light' | 'dark' | undefined;

/** What was chosen for this site. */
export function chosenTheme(): ThemeChoice {
  const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem(KEPT);
  return asked === 'light' || asked === 'dark' ? asked : 'system';
}

/** The theme that is drawn now. */
export function currentTheme(): 'light' | 'dark' {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** Draw the chosen theme, and follow the system while nothing is chosen. Once for a page. */
export function openTheme(): void {
  draw();
  dark.addEventListener('change', draw);
}

/** Choose a theme and draw it. */
export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, choice);
  // A choice outlives what the address asked for.
  const url = new URL(location.href);
  url.searchParams.delete('theme');
  history.replaceState(history.state, '', url);
  draw();
}

/** Draw what the page around this frame draws, whatever was chosen here, from now on. */
export function tellTheme(theme: 'light' | 'dark'): void {
  told = theme === 'dark' ? 'dark' : 'light';
  draw();
}

/** Hear of every change of what is drawn; the answer ends it. */
export function onTheme(hear: (theme: 'light' | 'dark') => void): () => void {
  hearers.add(hear);
  return () => {
    hearers.delete(hear);
  };
}

function draw(): void {
  const before = currentTheme();
  const choice = told ?? chosenTheme();
  const theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  document.documentElement.dataset.theme = theme;
  if (theme === before) return;
  for (const hear of hearers) hear(theme);
}
