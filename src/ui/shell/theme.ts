import { useSyncExternalStore } from 'react';

/** `system` follows the machine's setting. */
export type Theme = 'system' | 'light' | 'dark';

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

const stored = 'crossfade.theme';
const changed = 'crossfade:theme';

function read(): Theme {
  const value = localStorage.getItem(stored);
  return value === 'light' || value === 'dark' ? value : 'system';
}

function isDark(): boolean {
  const theme = read();
  return theme === 'system' ? prefersDark.matches : theme === 'dark';
}

function applyTheme(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
}

/** Puts the theme on the page, before the first paint so that nothing flashes, and keeps it as the system's changes. */
export function followTheme(): void {
  applyTheme();
  prefersDark.addEventListener('change', applyTheme);
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

/** Whether the page is dark as it stands: what draws on a canvas must know. */
export function useDarkness(): boolean {
  return useSyncExternalStore((listener) => {
    window.addEventListener(changed, listener);
    prefersDark.addEventListener('change', listener);
    return () => {
      window.removeEventListener(changed, listener);
      prefersDark.removeEventListener('change', listener);
    };
  }, isDark);
}
