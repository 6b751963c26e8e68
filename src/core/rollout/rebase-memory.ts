import { standingHarm } from '../judge/harm-terms.ts';
import { judgeVersion } from '../judge/judge-config.ts';
import type { JudgeState } from '../judge/judge-state.ts';
import { isSameUnitWatch, rebaseJudge } from '../judge/rebase-judge.ts';
import { type BudgetShares, sharesFrom } from '../metrics/budget-shares.ts';
import { freshMetrics } from '../metrics/judge-metrics.ts';
import { only, rebaseMetrics } from '../metrics/rebase-metrics.ts';
import { rebaseShares, type StandingGuards } from '../metrics/rebase-shares.ts';
import { isCompareGuard, isSourcedGuard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { isSameMeasured, named } from '../rebase/guard-changes.ts';
import { type JudgeMemory, sdkConfig } from './judging.ts';

/**
 * What the judge remembers once a rollout has moved from one revision of its policy onto another: of guards that
 * are the same everything, to the last bit, and nothing of the others. `now` is in epoch milliseconds.
 */
export function rebaseMemory(
  memory: JudgeMemory | null,
  from: Policy,
  to: Policy,
  now: number,
): JudgeMemory | null {
  // A judge of another version says at every tick that it cannot go on.
  if (memory === null || from.revision === to.revision || memory.judge.version !== judgeVersion) {
    return memory;
  }
  const isKept = (guard: string): boolean =>
    isSameMeasured(named(from.guards, guard), named(to.guards, guard));
  const names = new Set(to.guards.map(({ name }) => name).filter(isKept));
  const { shares: _, ...rest } = memory;
  const shares = sharesAfter(memory, from, to, isKept);
  return {
    ...rest,
    judge: rebaseJudge(memory.judge, sdkConfig(from), sdkConfig(to), isKept),
    thresholds: only(memory.thresholds, names),
    metrics: rebaseMetrics(memory.metrics ?? freshMetrics, to, isKept, now),
    ...(shares === undefined ? {} : { shares }),
  };
}

function sharesAfter(
  memory: JudgeMemory,
  from: Policy,
  to: Policy,
  isKept: (guard: string) => boolean,
): BudgetShares | undefined {
  const areSame = [...from.guards, ...to.guards]
    .filter(isCompareGuard)
    .every(({ name }) => isKept(name));
  if (areSame) return memory.shares;
  // Nothing has been bet yet, so nothing is spent.
  if (!hasBet(memory)) return undefined;
  const standing = { isKept, ...standingOf(memory, from, to) };
  return rebaseShares(memory.shares ?? sharesFrom(from), sharesFrom(to), standing);
}

function hasBet({ judge, metrics }: JudgeMemory): boolean {
  const hasCompared = ({ exposed, guards }: JudgeState): boolean =>
    exposed || guards.some((guard) => guard.kind === 'mismatches' && guard.harm.elapsed !== null);
  const sources = Object.values(metrics?.sources ?? {});
  return hasCompared(judge) || sources.some(({ acting }) => acting !== null && hasCompared(acting));
}

/** How each guard's evidence stands, from wherever it comes. */
function standingOf(memory: JudgeMemory, from: Policy, to: Policy): Omit<StandingGuards, 'isKept'> {
  const config = sdkConfig(from);
  const sdk = standingHarm(memory.judge, config);
  const logs = new Map(config.guards.map(({ name }, index) => [name, sdk.guards[index] ?? 0]));
  for (const guard of from.guards) {
    if (!isSourcedGuard(guard)) continue;
    const acting = memory.metrics?.sources[guard.name]?.acting ?? null;
    if (acting === null) continue;
    const { guards } = standingHarm(acting, { guards: [guard], evidence: from.evidence });
    logs.set(guard.name, guards[0] ?? 0);
  }
  return {
    logHarm: (guard) => logs.get(guard) ?? 0,
    units: { isKept: isSameUnitWatch(config, sdkConfig(to)), logHarm: sdk.units },
  };
}
