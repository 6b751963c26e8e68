import { type ReactNode, useState } from 'react';
import type { DocumentRevision } from '../../core/protocol/document-view.ts';
import { type DocumentKey, useCheck, useEffective, useRevisions } from '../api/document-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Notice } from '../design/notice.tsx';
import { Panel } from '../design/panel.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { counted } from '../words/counted.ts';
import { clock } from '../words/time-words.ts';
import { Comparison } from './comparison.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { Source } from './source.tsx';
import { StepsPanel } from './steps-panel.tsx';
import { Table } from '../design/table.tsx';

const columns = [{ name: 'Value' }, { name: 'Is' }, { name: 'From' }] as const;

/** A document as it was written, with what is wrong at its line, against its earlier revisions. */
export function PolicyPage({ of }: { readonly of: DocumentKey }): ReactNode {
  const { data: revisions, error } = useRevisions(of);
  const checked = useCheck(of).data;
  const [against, setAgainst] = useState('');
  if (revisions === undefined) {
    return error === null ? null : <Notice tone="bad">{error.message}</Notice>;
  }
  const [current, ...earlier] = revisions;
  if (current === undefined) return <Notice tone="quiet">There is no such document.</Notice>;
  const other = earlier.find(({ revision }) => revision === against);
  return (
    <>
      <Head of={of} revision={current.revision} faults={checked?.faults.length} />
      <Panel
        title={other === undefined ? 'As it was written' : `Since ${other.revision}`}
        aside={<Against revisions={earlier} chosen={against} choose={setAgainst} />}
      >
        {other === undefined ? (
          <Source text={current.text} checked={checked} />
        ) : (
          <Comparison earlier={other.text} later={current.text} />
        )}
      </Panel>
      {of.kind === 'RolloutPolicy' && (
        <>
          <StepsPanel policy={of.name} text={current.text} />
          <PlanPanel policy={of.name} text={current.text} />
          <Effective name={of.name} />
        </>
      )}
    </>
  );
}

interface HeadProps {
  readonly of: DocumentKey;
  readonly revision: string;
  /** How many; not known yet when undefined. */
  readonly faults: number | undefined;
}

function Head({ of, revision, faults }: HeadProps): ReactNode {
  return (
    <div className="head">
      <h1>{of.name}</h1>
      {faults === 0 && (
        <Badge tone="good" icon="check">
          No fault
        </Badge>
      )}
      {faults !== undefined && faults > 0 && (
        <Badge tone="bad" icon="warn">
          {counted(faults, 'fault')}
        </Badge>
      )}
      <span className="muted">
        {of.kind} · {of.project} · revision <span className="mono">{revision}</span>
      </span>
    </div>
  );
}

interface AgainstProps {
  readonly revisions: readonly DocumentRevision[];
  readonly chosen: string;
  readonly choose: (revision: string) => void;
}

function Against({ revisions, chosen, choose }: AgainstProps): ReactNode {
  const now = useServerNow(60_000);
  if (revisions.length === 0) return 'the only revision';
  return (
    <label className="line">
      Compare with
      <select value={chosen} onChange={(event) => choose(event.target.value)}>
        <option value="">nothing</option>
        {revisions.map(({ revision, appliedBy, appliedAt }) => (
          <option key={revision} value={revision}>
            {revision}, {clock(appliedAt, now)} by {appliedBy}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What it says and what it leaves out, each value with where it comes from. */
function Effective({ name }: { readonly name: string }): ReactNode {
  const { data } = useEffective(name, true);
  if (data === undefined) return null;
  return (
    <Panel title="With everything that it leaves out" aside={counted(data.values.length, 'value')}>
      <Table look="plain" columns={columns}>
        {data.values.map(({ path, value, origin }) => (
          <tr key={path}>
            <th scope="row" className="mono">
              {path}
            </th>
            <td className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</td>
            <td className="muted">{origin}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
