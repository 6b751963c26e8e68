import type { ReactNode } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { useBackfill } from '../api/rollout-queries.ts';
import { Badge } from '../design/badge.tsx';
import { Icon, type IconName } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import type { Tone } from '../design/tone.ts';
import { progressWords } from '../words/job-words.ts';
import { span } from '../words/time-words.ts';

type Job = RolloutView['jobs'][number];

const looks: Readonly<Record<Job['status'], { icon: IconName; tone: Tone }>> = {
  pending: { icon: 'clock', tone: 'quiet' },
  running: { icon: 'play', tone: 'accent' },
  done: { icon: 'check', tone: 'good' },
  failed: { icon: 'cross', tone: 'bad' },
  revoked: { icon: 'pause', tone: 'warn' },
};

/** The work on the target, and whether there is a way back. */
export function DataPanel({ view }: { readonly view: RolloutView }): ReactNode {
  return (
    <Panel title="Schema migration" aside={<Reversible view={view} />}>
      {view.jobs.length === 0 && <p className="muted">Nothing has been touched yet.</p>}
      <ul className="jobs">
        {view.jobs.map((job) => (
          <JobRow key={job.id} job={job} policy={view.policy} />
        ))}
      </ul>
      {(view.borders ?? []).map(({ place, value, bound, near }) => (
        <p key={place} className={near ? '' : 'muted'}>
          {near && 'The point of no return draws near: '}
          {place} is at {value ?? 'no value yet'} of {bound}.
        </p>
      ))}
      {view.lossy.length > 0 && (
        <p className="muted">
          After a rollback the old version reads what <code>down</code> makes of{' '}
          {view.lossy.join(', ')}.
        </p>
      )}
    </Panel>
  );
}

/** The point of no return, said before it is reached. */
function Reversible({ view }: { readonly view: RolloutView }): ReactNode {
  if (!view.reversible) {
    return (
      <Badge tone="bad" icon="lock">
        No way back
      </Badge>
    );
  }
  const contract = view.steps.some(({ kind }) => kind === 'contract');
  return (
    <Badge tone="good" icon="back">
      {contract ? 'Reversible until contract' : 'Reversible'}
    </Badge>
  );
}

function JobRow({ job, policy }: { readonly job: Job; readonly policy: string }): ReactNode {
  const { icon, tone } = looks[job.status];
  const part = job.total === null || job.total === 0 ? null : job.done / job.total;
  return (
    <li>
      <span className={`job-name tone-${tone}`}>
        <Icon name={icon} />
        <b>{job.kind}</b> {job.status}
      </span>
      <span className="muted">{progressWords(job)}</span>
      {job.status === 'running' && part !== null && (
        <meter
          min={0}
          max={1}
          value={part}
          aria-label={`${Math.floor(100 * part)} % of the rows`}
        />
      )}
      {job.kind === 'backfill' && job.status === 'running' && <Eta policy={policy} />}
      {job.throttle !== undefined && <p className="job-reason">Throttled: {job.throttle}</p>}
      {job.reason !== null && <p className="job-reason">{job.reason}</p>}
    </li>
  );
}

function Eta({ policy }: { readonly policy: string }): ReactNode {
  const { data } = useBackfill(policy, true);
  if (data === undefined || data.etaMs === null) return null;
  return <span className="muted">{span(data.etaMs)} to go</span>;
}
