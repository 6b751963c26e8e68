import type { ReactNode } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { Icon } from '../design/icon.tsx';
import { Panel } from '../design/panel.tsx';
import { clock, fullTime, span } from '../words/time-words.ts';

interface RollbackPanelProps {
  readonly rollback: NonNullable<RolloutView['rollback']>;
  /** Whom it waits for, in words; null while it is not under way, or for nobody. */
  readonly waitsFor: string | null;
  readonly now: number;
}

/** Whether a rollback has arrived, stage by stage: it is not done when a flag was written. */
export function RollbackPanel({ rollback, waitsFor, now }: RollbackPanelProps): ReactNode {
  const { requestedAt, flagSetAt, convergedAt, drainedAt, verifiedAt } = rollback;
  const stages = [
    ['Decided', requestedAt],
    ['Flag set', flagSetAt],
    ['Every instance back', convergedAt],
    ['Drained', drainedAt],
    ['Data verified', verifiedAt],
  ] as const;
  return (
    <Panel title="Rollback" aside={`by ${rollback.by}`}>
      <p className="cause">{rollback.cause}</p>
      {waitsFor !== null && (
        <p>
          <b>Waits: </b>
          {waitsFor}
        </p>
      )}
      <ol className="stages">
        {stages.map(([name, at]) => (
          <li key={name} className={at === null ? 'tone-quiet' : 'tone-good'}>
            <Icon name={at === null ? 'clock' : 'check'} />
            <span>{name}</span>
            <span className="muted" title={at === null ? undefined : fullTime(at)}>
              {at === null ? 'not yet' : clock(at, now)}
              {at !== null && at !== requestedAt && ` (+${span(at - requestedAt)})`}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
