import { type MouseEvent, type ReactNode, useSyncExternalStore } from 'react';

const base = '/ui';
const moved = 'crossfade:moved';

/** Where the page is, below `/ui`: `/rollouts/users-birthdate?tab=data` in parts. */
export interface Place {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(moved, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(moved, listener);
  };
}

export function usePlace(): Place {
  const url = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const { pathname, searchParams } = new URL(url, location.origin);
  const parts = pathname.slice(base.length).split('/').filter(Boolean).map(decodeURIComponent);
  return { parts, query: searchParams };
}

/** Goes to a path below `/ui`; `replace` leaves no step to go back to. */
function goTo(path: string, replace = false): void {
  if (replace) history.replaceState(null, '', base + path);
  else history.pushState(null, '', base + path);
  window.dispatchEvent(new Event(moved));
}

/** Sets a field of the query, or takes it away when it is empty. Another question begins with its first page. */
export function setQuery(name: string, value: string): void {
  const url = new URL(location.href);
  for (const place of ['from', 'until', 'entry']) url.searchParams.delete(place);
  if (value === '') url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  goTo(url.pathname.slice(base.length) + url.search, true);
}

interface LinkProps {
  readonly to: string;
  readonly className?: string;
  readonly current?: boolean;
  readonly children: ReactNode;
}

/** A real link, so that it can be opened beside, copied and reached by keyboard. */
export function Link({ to, className, current, children }: LinkProps): ReactNode {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo(to);
    window.scrollTo(0, 0);
  };
  return (
    <a
      href={base + to}
      className={className}
      aria-current={current === true ? 'page' : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}

/** A link's path to something with a name of its own. */
export function pathTo(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
