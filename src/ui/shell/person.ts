import { useSyncExternalStore } from 'react';

const stored = 'crossfade.person';
const changed = 'crossfade:person';

/** The name that people read beside what was done here; the token's id stands behind it. */
export function personName(): string {
  return localStorage.getItem(stored) ?? '';
}

export function setPersonName(name: string): void {
  localStorage.setItem(stored, name.trim());
  window.dispatchEvent(new Event(changed));
}

export function usePersonName(): string {
  return useSyncExternalStore((listener) => {
    window.addEventListener(changed, listener);
    return () => window.removeEventListener(changed, listener);
  }, personName);
}
