import { memo, type ReactNode } from 'react';
import type { FleetRow } from '../../core/protocol/fleet-page.ts';
import { Badge } from '../design/badge.tsx';
import { Link, pathTo } from '../shell/router.tsx';
import { useServerNow } from '../shell/use-now.ts';
import { rowReason, rowStep, stateOf } from '../words/rollout-words.ts';
import { fullTime, span } from '../words/time-words.ts';
import { Table } from '../design/table.tsx';

const columns = [
  { name: 'Rollout' },
  { name: 'State' },
  { name: 'Step' },
  { name: 'Share', isNumber: true },
  { name: 'Why' },
  { name: 'Since', isNumber: true },
] as const;

interface FleetTableProps {
  readonly rows: readonly FleetRow[];
  /** How many there are without any filter. */
  readonly all: number;
}

export function FleetTable({ rows, all }: FleetTableProps): ReactNode {
  const now = useServerNow(10_000);
  if (rows.length === 0) {
    return (
      <p className="empty">
        {all === 0
          ? 'No rollout yet. Apply a policy and start it: crossfade apply -f policy.yaml, crossfade start NAME.'
          : 'Nothing fits this filter.'}
      </p>
    );
  }
  return (
    <Table look="stack" className="fleet" columns={columns}>
      {rows.map((row) => (
        <Row key={row.id} row={row} now={now} />
      ))}
    </Table>
  );
}

interface RowProps {
  readonly row: FleetRow;
  readonly now: number;
}

const Row = memo(function Row({ row, now }: RowProps): ReactNode {
  const { icon, tone, words } = stateOf({ ...row, now });
  const since = row.endedAt ?? row.stepEnteredAt;
  return (
    <tr>
      <th scope="row">
        <Link to={pathTo('rollouts', row.policy)}>{row.policy}</Link>
        {row.attempt > 1 && <span className="muted"> attempt {row.attempt}</span>}
      </th>
      <td>
        <Badge tone={tone} icon={icon}>
          {words}
        </Badge>
      </td>
      <td className="nowrap">{rowStep(row)}</td>
      <td className="number">
        <Share exposure={row.exposure} />
      </td>
      <td className="reason">{rowReason(row)}</td>
      <td className="number muted nowrap optional" title={fullTime(since)}>
        {span(now - since)}
      </td>
    </tr>
  );
});

/** The part that is acknowledged, and what is wanted when that is another. */
function Share({ exposure }: Pick<FleetRow, 'exposure'>): ReactNode {
  if (exposure === null) return <span className="muted">none</span>;
  const { wanted, acknowledged } = exposure;
  return (
    <span className="share">
      <meter min={0} max={100} value={acknowledged} aria-label={`${acknowledged} % of the units`} />
      <span>
        {acknowledged}%{wanted !== acknowledged && <span className="muted"> → {wanted}%</span>}
      </span>
    </span>
  );
}
