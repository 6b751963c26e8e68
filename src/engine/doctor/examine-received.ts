import { receivedRow } from '../../core/doctor/received-row.ts';
import { metricQueriesOf } from '../../core/metrics/metric-query.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReceivedStore } from '../ports/received-store.ts';
import type { Examination } from './examination.ts';

/** Each guard that reads what applications send here: whether it comes, and how fresh it is. */
export function examineReceived(received: ReceivedStore, clock: Clock): Examination {
  return {
    part: 'guard',
    async look({ policies }): Promise<readonly DoctorRow[]> {
      const now = await clock.now();
      const rows = policies.flatMap((policy) =>
        [...metricQueriesOf(policy)].flatMap(([guard, { question, intervalMs }]) => {
          if (question.kind !== 'received') return [];
          const { migration } = question;
          return [rowOf(received, { policy: policy.name, guard, migration, now, intervalMs })];
        }),
      );
      return Promise.all(rows);
    },
  };
}

interface Asked {
  readonly policy: string;
  readonly guard: string;
  readonly migration: string;
  readonly now: number;
  readonly intervalMs: number;
}

async function rowOf(received: ReceivedStore, asked: Asked): Promise<DoctorRow> {
  const { migration, now, intervalMs } = asked;
  const { newestAt } = await received.windows(migration, now - intervalMs, now);
  return receivedRow({ ...asked, newestAt });
}
