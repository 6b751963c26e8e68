import { useSyncExternalStore } from 'react';

/** `system` follows the machine's setting. */
export type Theme = 'system' | 'light' | 'dark';

const stored = 'crossfade.theme';
const changed = 'crossfade:theme';

function read(): Theme {
  const value = localStorage.getItem(stored);
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** Puts the chosen theme on the page; before the first paint, so that nothing flashes. */
export function applyTheme(): void {
  const theme = read();
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(stored);
  else localStorage.setItem(stored, theme);
  applyTheme();
  window.dispatchEvent(new Event(changed));
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    window.addEventListener(changed, listener);
    return () => window.removeEventListener(changed, listener);
  }, read);
}

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark as it stands: what draws on a canvas must know. */
export function useDarkness(): boolean {
  const theme = useTheme();
  const system = useSyncExternalStore(
    (listener) => {
      prefersDark.addEventListener('change', listener);
      return () => prefersDark.removeEventListener('change', listener);
    },
    () => prefersDark.matches,
  );
  return theme === 'system' ? system : theme === 'dark';
}
