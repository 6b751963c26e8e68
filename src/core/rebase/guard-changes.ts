import { canonical } from '../canonical.ts';
import type {
  FailAction,
  FailAfter,
  Guard,
  LatencyTolerance,
  MetricGuard,
} from '../policy/guard.ts';
import { isCompareGuard } from '../policy/guard.ts';
import type { Policy } from '../policy/policy.ts';
import { loosened, type PolicyChange, tightened, valueWords } from './policy-change.ts';

type Guarded = Pick<Policy, 'guards' | 'onFail'>;

/** What a newer revision says of the guards otherwise; guards are told apart by their names. */
export function guardChanges(running: Guarded, next: Guarded): readonly PolicyChange[] {
  const gone = running.guards.filter(({ name }) => named(next.guards, name) === undefined);
  return [
    ...gone.map(({ name }) => loosened(['guards'], `guard ${name} is gone`)),
    ...next.guards.flatMap((guard, index) => {
      const before = named(running.guards, guard.name);
      const path = ['guards', index];
      if (before === undefined) return [tightened(path, `guard ${guard.name} is new`)];
      return changed(before, guard, path, { running, next });
    }),
  ];
}

/** Whether a guard is measured as before, so that what is known of it goes on; what it causes is another matter. */
export function isSameMeasured(before: Guard | undefined, after: Guard | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return canonical(measuredOf(before)) === canonical(measuredOf(after));
}

function measuredOf(guard: Guard): object {
  const { onFail: _, ...measured } = guard;
  return measured;
}

export function named(guards: readonly Guard[], name: string): Guard | undefined {
  return guards.find((guard) => guard.name === name);
}

function changed(
  before: Guard,
  after: Guard,
  path: readonly (string | number)[],
  { running, next }: { readonly running: Guarded; readonly next: Guarded },
): readonly PolicyChange[] {
  const isWeaker = isWeakerAction(before.onFail ?? running.onFail, after.onFail ?? next.onFail);
  if (canonical(before) === canonical(after)) return [];
  const isSame = isSameMeasured(before, after);
  const anew = isSame ? '' : '; it begins anew';
  const words = `guard ${after.name}: ${valueWords(before, after)}${anew}`;
  return [{ path, words, loosens: isWeaker || (!isSame && allowsMore(before, after)) }];
}

const gravest: readonly FailAction[] = ['rollback', 'hold', 'notify'];

export function isWeakerAction(before: FailAction, after: FailAction): boolean {
  return gravest.indexOf(after) > gravest.indexOf(before);
}

/** Whether something fails later than before, or no more. What cannot be compared counts as that. */
function allowsMore(before: Guard, after: Guard): boolean {
  if (isCompareGuard(before) !== isCompareGuard(after)) return true;
  if ('source' in before || 'source' in after) {
    const [was, is] = [sourceOf(before), sourceOf(after)];
    if (canonical(was) !== canonical(is)) return true;
  }
  if ('compare' in before) return 'compare' in after && toleratesMore(before, after);
  return 'compare' in after || endures(before, after);
}

function sourceOf(guard: Guard): unknown {
  return 'source' in guard ? guard.source : null;
}

function toleratesMore(
  before: Extract<Guard, { compare: string }>,
  after: Extract<Guard, { compare: string }>,
): boolean {
  if (before.compare === 'errors' && after.compare === 'errors') {
    const [was, is] = [before.tolerate, after.tolerate];
    return is.ratio > was.ratio || is.add > was.add;
  }
  if (before.compare === 'latency' && after.compare === 'latency') {
    return before.tolerate.some((was) => !after.tolerate.some((is) => isAsStrict(was, is)));
  }
  if (before.compare === 'mismatches' && after.compare === 'mismatches') {
    const [was, is] = [before.compared, after.compared];
    return after.atMost > before.atMost || is.atLeast < was.atLeast || is.units < was.units;
  }
  return true;
}

function isAsStrict(was: LatencyTolerance, is: LatencyTolerance): boolean {
  return is.quantile === was.quantile && is.part <= was.part && is.atLeastMs <= was.atLeastMs;
}

function endures(
  before: Exclude<Guard, { compare: string }>,
  after: Exclude<Guard, { compare: string }>,
): boolean {
  if (before.threshold === 'parity' || after.threshold === 'parity') {
    return !(
      before.threshold === 'parity' &&
      after.threshold === 'parity' &&
      after.maxRows <= before.maxRows
    );
  }
  if (failsLater(before.failAfter, after.failAfter)) return true;
  if (before.threshold === 'metric' || after.threshold === 'metric') {
    return before.threshold !== 'metric' || after.threshold !== 'metric' || isWider(before, after);
  }
  return after.threshold !== before.threshold || after.maxMs > before.maxMs;
}

function failsLater(was: FailAfter, is: FailAfter): boolean {
  return is.failures > was.failures || is.of < was.of;
}

function isWider(was: MetricGuard, is: MetricGuard): boolean {
  const asked = ({ provider, expr }: MetricGuard): string => canonical([provider, expr]);
  return (
    asked(is) !== asked(was) ||
    (is.min ?? -Infinity) < (was.min ?? -Infinity) ||
    (is.max ?? Infinity) > (was.max ?? Infinity) ||
    is.windowMs > was.windowMs ||
    is.intervalMs > was.intervalMs
  );
}
