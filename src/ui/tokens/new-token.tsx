import { type ReactNode, useState } from 'react';
import { type TokenOrder, useIssue } from '../api/token-queries.ts';
import { Confirm } from '../design/confirm.tsx';

const dayMs = 24 * 3_600_000;

/** Days; empty for a token that never expires. */
const lives = [
  { days: '1', words: 'a day' },
  { days: '30', words: '30 days' },
  { days: '90', words: '90 days' },
  { days: '365', words: 'a year' },
  { days: '', words: 'for ever' },
];

const reports = ['sdk', 'alerts', 'otlp'];
const roles = ['viewer', 'operator', 'approver', 'admin'];

/** Makes a token, and shows its secret the only time that it can be seen. */
export function NewToken({ close }: { readonly close: () => void }): ReactNode {
  const [name, setName] = useState('');
  const [grant, setGrant] = useState('viewer');
  const [project, setProject] = useState('*');
  const [days, setDays] = useState('90');
  const issue = useIssue();
  const isReport = reports.includes(grant);
  if (issue.data !== undefined) return <Secret secret={issue.data.secret} close={close} />;
  const send = (): void => issue.mutate(orderOf({ name, grant, project, days }));
  return (
    <Confirm
      title="New token"
      means="For a person, a program, or what reports to Crossfade. It can be revoked at any time."
      act="Make it"
      ready={name.trim() !== '' && (isReport || project.trim() !== '')}
      pending={issue.isPending}
      error={issue.error}
      onConfirm={send}
      close={close}
    >
      <label>
        Name
        <input value={name} onChange={(event) => setName(event.target.value)} maxLength={100} />
      </label>
      <Grant grant={grant} setGrant={setGrant} />
      {!isReport && (
        <label>
          In the project
          <input value={project} onChange={(event) => setProject(event.target.value)} />
          <small>* stands for every project</small>
        </label>
      )}
      <label>
        Lasts
        <select value={days} onChange={(event) => setDays(event.target.value)}>
          {lives.map((life) => (
            <option key={life.days} value={life.days}>
              {life.words}
            </option>
          ))}
        </select>
      </label>
    </Confirm>
  );
}

interface Typed {
  readonly name: string;
  readonly grant: string;
  readonly project: string;
  readonly days: string;
}

function orderOf({ name, grant, project, days }: Typed): TokenOrder {
  return {
    name,
    ...(reports.includes(grant) ? { scope: grant } : { roles: { [project.trim()]: grant } }),
    expiresAt: days === '' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString(),
  };
}

interface GrantProps {
  readonly grant: string;
  readonly setGrant: (grant: string) => void;
}

function Grant({ grant, setGrant }: GrantProps): ReactNode {
  return (
    <label>
      May
      <select value={grant} onChange={(event) => setGrant(event.target.value)}>
        <optgroup label="As a person or their program">
          {roles.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </optgroup>
        <optgroup label="Report only">
          {reports.map((scope) => (
            <option key={scope}>{scope}</option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}

function Secret({ secret, close }: { readonly secret: string; close: () => void }): ReactNode {
  return (
    <Confirm
      title="The token"
      means="Copy it now: nobody can show it again."
      act="Done"
      pending={false}
      error={null}
      onConfirm={close}
      close={close}
    >
      <label>
        Token
        <input
          readOnly
          className="mono"
          value={secret}
          onFocus={(event) => event.target.select()}
        />
      </label>
    </Confirm>
  );
}
