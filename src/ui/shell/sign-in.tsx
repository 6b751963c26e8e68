import { type FormEvent, type ReactNode, useState } from 'react';
import { useSignIn } from '../api/session-queries.ts';
import { Notice } from '../design/notice.tsx';
import { personName, setPersonName } from './person.ts';

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
          Admin token
          <input
            type="password"
            value={token}
            onChange={(event) => setToken(event.target.value)}
            autoComplete="off"
            required
          />
          <small>
            On the server: <code>admin.token</code> in its data folder. It is not kept here.
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
