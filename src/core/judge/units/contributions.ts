import { logErrorsHarm } from '../errors-judge.ts';
import type { Contribution } from '../measurement.ts';
import type { ErrorsEvidence } from './suspects.ts';
import type { UnitTable } from './unit-table.ts';

/** With less evidence than 10 to 1 there is nothing that a unit could add much to. */
const worthTelling = Math.log(10);
const most = 3;

/** The units without which the least evidence for harm would be left, the greatest part first. */
export function contributionsOf(
  { harm, suspects }: ErrorsEvidence,
  { names, recentRequests, recentFailed }: UnitTable,
  warmupMs: number,
): readonly Contribution[] {
  const logHarm = logErrorsHarm(harm, warmupMs);
  if (logHarm < worthTelling) return [];
  return suspects
    .map(({ row, without }) => ({
      unit: names[row] ?? '',
      requests: Math.round(recentRequests[row] ?? 0),
      failed: Math.round(recentFailed[row] ?? 0),
      logWithout: logErrorsHarm(without, warmupMs),
    }))
    .filter(({ logWithout }) => logWithout < logHarm)
    .toSorted((a, b) => a.logWithout - b.logWithout || (a.unit < b.unit ? -1 : 1))
    .slice(0, most);
}
