import type { ReactNode } from 'react';
import { useSession, useSignOut } from '../api/session-queries.ts';
import { useChanges } from '../api/use-changes.ts';
import { Icon } from '../design/icon.tsx';
import { Freshness } from './freshness.tsx';
import { usePersonName } from './person.ts';
import { Link, usePlace } from './router.tsx';
import { setTheme, type Theme, useTheme } from './theme.ts';

/** Each section of the page, and what its addresses begin with. */
const sections = [
  { path: '/', parts: [undefined, 'rollouts'], name: 'Rollouts' },
  { path: '/policies', parts: ['policies'], name: 'Policies' },
  { path: '/flags', parts: ['flags', 'features'], name: 'Flags' },
  { path: '/alerts', parts: ['alerts'], name: 'Alerts' },
  { path: '/audit', parts: ['audit'], name: 'Audit', forAdmins: true },
  { path: '/tokens', parts: ['tokens'], name: 'Tokens', forAdmins: true },
] as const;

/** The frame around every page: where one is, how fresh what is shown is, who one is. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  useChanges();
  const { parts } = usePlace();
  const [part] = parts;
  const isAdmin = useSession().data?.roles['*'] === 'admin';
  const maySee = (one: object): boolean => isAdmin || !('forAdmins' in one);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          <img src="/ui/icon.svg" alt="" width="18" height="18" />
          Crossfade
        </Link>
        <nav aria-label="Sections">
          {sections.filter(maySee).map((one) => (
            <Link key={one.path} to={one.path} current={one.parts.some((own) => own === part)}>
              {one.name}
            </Link>
          ))}
        </nav>
        <div className="bar-end">
          <Freshness />
          <ThemeSwitch />
          <Person />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

const nextTheme: Readonly<Record<Theme, Theme>> = {
  system: 'light',
  light: 'dark',
  dark: 'system',
};
const themeWords: Readonly<Record<Theme, string>> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
};

function ThemeSwitch(): ReactNode {
  const theme = useTheme();
  const next = nextTheme[theme];
  const words = `Theme: ${themeWords[theme]}. Change to ${themeWords[next]}`;
  return (
    <button
      type="button"
      className="quiet"
      onClick={() => setTheme(next)}
      title={words}
      aria-label={words}
    >
      <Icon name={theme === 'dark' ? 'moon' : theme === 'light' ? 'sun' : 'circle'} />
    </button>
  );
}

function Person(): ReactNode {
  const { data: session } = useSession();
  const called = usePersonName();
  // Whoever signed in has a name, and takes no other.
  const name = session?.signedIn === true ? session.name : called;
  const signOut = useSignOut();
  return (
    <button type="button" className="quiet" onClick={() => signOut.mutate()} title="Sign out">
      <Icon name="person" />
      <span className="wide-only">{name}</span>
      <span className="unseen">Sign out</span>
    </button>
  );
}
