import { type FormEvent, type ReactNode, useState } from 'react';
import { useIdentityProvider, useSignIn } from '../api/session-queries.ts';
import { Notice } from '../design/notice.tsx';
import { personName, setPersonName } from './person.ts';
import { usePlace } from './router.tsx';

const refusals: Readonly<Record<string, string>> = {
  'no-role': 'You are known, and have no role here. Ask an admin of Crossfade for one.',
  failed: 'The sign-in was refused. Begin it again in this window.',
  'too-many': 'Too many sign-ins come from your network. Try again in a moment.',
  unreachable: 'The identity provider cannot be reached. Try again, or use a token.',
};

/** The way by the identity provider, where there is one, with why it led back here. */
function ProviderSignIn(): ReactNode {
  const { data: name = null } = useIdentityProvider();
  const refusal = refusals[usePlace().query.get('sign-in') ?? ''];
  if (name === null) return null;
  return (
    <>
      {refusal !== undefined && <Notice tone="bad">{refusal}</Notice>}
      <a className="button button-main" href="/ui/oidc">
        Sign in with {name}
      </a>
    </>
  );
}

/** A token, once; from then on the browser has a session that no script can read. */
export function SignIn(): ReactNode {
  const [name, setName] = useState(personName);
  const [token, setToken] = useState('');
  const signIn = useSignIn();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setPersonName(name);
    signIn.mutate(token.trim());
  };
  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit}>
        <h1>
          <img src="/ui/icon.svg" alt="" width="20" height="20" /> Crossfade
        </h1>
        <ProviderSignIn />
        <label>
          Your name
          <input
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="name"
            required
            maxLength={60}
          />
          <small>Stands beside what you do, in the log and for your colleagues.</small>
        </label>
        <label>
          Access token
          <input
            type="password"
            value={token}
            onChange={(event) => setToken(event.target.value)}
            autoComplete="off"
            required
          />
          <small>
            Of any role: <code>crossfade token create</code> makes one, and an admin’s lies in the
            server’s data folder as <code>admin.token</code>. It is not kept here.
          </small>
        </label>
        {signIn.error !== null && <Notice tone="bad">{signIn.error.message}</Notice>}
        <button type="submit" className="button button-main" disabled={signIn.isPending}>
          {signIn.isPending ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
