import { fault, type Finding } from './finding.ts';
import { isCompareGuard } from './guard.ts';
import { checkUnrouted } from './check-unrouted.ts';
import { isRouted, type Policy } from './policy.ts';
import { isOfRamp, type ShareStep, type Step, type StepKind, stepName } from './step.ts';

const repeatable: ReadonlySet<StepKind> = new Set(['ring', 'count', 'share']);

/** As it is written; a share as a count is a `share` all the same. */
const written = (kind: StepKind): string => (kind === 'count' ? 'share' : kind);

const order: readonly StepKind[] = [
  'rehearse',
  'expand',
  'backfill',
  'verify',
  'shadow',
  'ring',
  'count',
  'share',
  'soak',
  'contract',
];

/** The plan's order, its shares, and the proof that contract stands on. */
export function checkPlan(policy: Policy): Finding[] {
  return [
    ...checkOrder(policy.steps),
    ...checkForerunners(policy.steps, isRouted(policy)),
    ...checkCounts(policy.steps),
    ...checkShares(policy),
    ...checkDrill(policy),
    ...(isRouted(policy) ? checkContract(policy) : checkUnrouted(policy)),
  ];
}

function checkOrder(steps: readonly Step[]): Finding[] {
  return steps.flatMap((step, index) => {
    const before = steps.slice(0, index);
    if (!repeatable.has(step.kind) && before.some(({ kind }) => kind === step.kind)) {
      return [fault(['steps', index], `\`${step.kind}\` is given twice; keep one`)];
    }
    const late = before.findLast(({ kind }) => order.indexOf(kind) > order.indexOf(step.kind));
    if (late === undefined) return [];
    if (step.kind === 'count' && late.kind === 'share') {
      const message = `a count cannot come after a percentage: \`${stepName(step)}\` follows \`${stepName(late)}\``;
      return [fault(['steps', index, 'share', 'to'], message)];
    }
    const kinds = [...new Set(order.map(written))].join(', ');
    const message = `\`${written(step.kind)}\` cannot come after \`${written(late.kind)}\`; the order is ${kinds}`;
    return [fault(['steps', index], message)];
  });
}

const needsRows = ({ kind }: Step): boolean => order.indexOf(kind) >= order.indexOf('shadow');
const isEverybody = (step: Step): boolean => step.kind === 'share' && step.percent === 100;

/** Steps that rest on another one which the plan lacks. */
function checkForerunners(steps: readonly Step[], routes: boolean): Finding[] {
  const has = (kind: StepKind): boolean => steps.some((step) => step.kind === kind);
  const findings: Finding[] = [];
  if (!has('expand')) {
    findings.push(fault(['steps'], 'the plan needs an `expand` step; write `expand: {}` first'));
  }
  const routed = steps.findIndex(needsRows);
  if (routed >= 0 && !has('backfill')) {
    const message = `\`${kindAt(steps, routed)}\` reads the new shape; write \`backfill: {}\` before it`;
    findings.push(fault(['steps', routed], message));
  }
  const last = steps.findIndex(({ kind }) => kind === 'soak' || kind === 'contract');
  if (routes && last >= 0 && !steps.some(isEverybody)) {
    const message = `\`${kindAt(steps, last)}\` serves everybody from the new side; write \`share: { to: 100% }\` before it`;
    findings.push(fault(['steps', last], message));
  }
  return findings;
}

function kindAt(steps: readonly Step[], index: number): string {
  const kind = steps[index]?.kind;
  return kind === undefined ? '' : written(kind);
}

/** Counts rise among themselves, parts as well; which of the two is more is not known here. */
function checkCounts(steps: readonly Step[]): Finding[] {
  const reached = { units: 0, part: 0 };
  return steps.flatMap((step, index) => {
    if (step.kind !== 'count') return [];
    const [unit, size] =
      'units' in step.size
        ? (['units', step.size.units] as const)
        : (['part', step.size.part] as const);
    const rises = size > reached[unit];
    reached[unit] = Math.max(reached[unit], size);
    if (rises) return [];
    return [
      fault(['steps', index, 'share', 'to'], `shares must rise: \`${stepName(step)}\` adds nobody`),
    ];
  });
}

function checkShares({ steps, guards }: Policy): Finding[] {
  const findings: Finding[] = [];
  let reached = 0;
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'share') continue;
    const at = ['steps', index, 'share', 'to'];
    if (step.percent <= reached) {
      const message = `shares must rise: ${step.percent}% follows ${reached}%`;
      findings.push(fault(at, message));
    } else if (step.percent === 100 && reached === 0 && guards.some(isCompareGuard)) {
      const message = 'nobody is left to compare with: a share below 100% must come first';
      findings.push(fault(at, message));
    }
    if (step.percent === 100 && step.require === 'proven') {
      const message = '`proven` cannot be shown at 100%, where no baseline remains';
      findings.push(fault(['steps', index, 'share', 'require'], message));
    }
    reached = Math.max(reached, step.percent);
  }
  return findings;
}

/** A drill that could never be held would keep the rollout for good. */
function checkDrill({ steps, pinned }: Policy): Finding[] {
  return steps.flatMap((step, index) => {
    if (step.kind !== 'shadow' || step.drill === undefined) return [];
    const { unit } = step.drill;
    if (pinned.old.includes(unit)) {
      const message = `\`${unit}\` is pinned to the old side, so that no drill can move it`;
      return [fault(['steps', index, 'drill'], message)];
    }
    if (steps.slice(index).some(isOfRamp)) return [];
    return [fault(['steps', index, 'drill'], 'a drill needs a `ring` or `share` step after it')];
  });
}

/** What contract takes away cannot come back by routing, so it stands on a proof. */
function checkContract({ steps, guards, pinned }: Policy): Finding[] {
  const at = steps.findIndex(({ kind }) => kind === 'contract');
  if (at < 0) return [];
  const findings: Finding[] = [];
  const isProof = (step: Step): step is ShareStep =>
    step.kind === 'share' && step.percent < 100 && step.require === 'proven';
  if (!steps.some(isProof)) {
    const message =
      '`contract` needs a proof: a share step below 100% must say `require: proven` or leave `require` out';
    findings.push(fault(['steps', at], message));
  }
  if (!guards.some(isCompareGuard)) {
    const message =
      '`contract` needs a proof, and no guard compares; write at least `guards: [errors]`';
    findings.push(fault(['steps', at], message));
  }
  if (pinned.old.length > 0 && !steps.some(({ kind }) => kind === 'soak')) {
    const message = 'pinned units are released at `soak`, which the plan lacks before `contract`';
    findings.push(fault(['pinned'], message));
  }
  return findings;
}
