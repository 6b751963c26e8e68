import type { CohortView } from '../../core/protocol/cohort-view.ts';
import type { EffectiveValue } from '../../core/protocol/document-view.ts';
import type { RolloutForecast } from '../../core/protocol/rollout-forecast.ts';
import { span } from './time-words.ts';

/** A step as it would come, before anything has been started. Empty words: not known, or not of such a step. */
export interface PlannedStep {
  /** From 1. */
  readonly number: number;
  readonly name: string;
  readonly units: string;
  readonly requests: string;
  /** How long it bakes at the least. */
  readonly bake: string;
  /** When every guard can have proven "not worse", if all is well. */
  readonly proven: string;
  /** Who is asked. */
  readonly people: string;
}

/** What the steps of a policy are known to be. */
export interface KnownOfSteps {
  readonly values: readonly EffectiveValue[];
  readonly cohorts: CohortView | undefined;
  readonly forecast: RolloutForecast['forecast'] | undefined;
}

export function plannedSteps(known: KnownOfSteps): readonly PlannedStep[] {
  return known.values.flatMap(({ path, value }) => {
    const [, digits, name = ''] = /^steps\.(\d+) (.*)$/.exec(path) ?? [];
    if (digits === undefined || !isStep(value)) return [];
    const written = { ...filledIn(known.values, path), ...value };
    return [
      {
        number: Number(digits),
        name,
        ...movedBy(written, Number(digits), known.cohorts),
        bake: waitOf(written),
        proven: provenWords(known.forecast?.steps.find((one) => one.name === name)),
        people: peopleOf(written),
      },
    ];
  });
}

/** A step as the policy has it, with what it leaves out. */
type Written = Readonly<Record<string, unknown>>;

const isStep = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && 'kind' in value;

/** What a step leaves out stands in rows of its own, `steps.5 share 5%.bake`. */
function filledIn(values: readonly EffectiveValue[], step: string): Written {
  const own = values.filter(({ path, value }) => path.startsWith(`${step}.`) && !isStep(value));
  return Object.fromEntries(own.map(({ path, value }) => [path.slice(step.length + 1), value]));
}

function movedBy(
  { kind }: Written,
  number: number,
  cohorts: CohortView | undefined,
): Pick<PlannedStep, 'units' | 'requests'> {
  const found = cohorts?.steps.find(({ step }) => step === number);
  const moves = kind === 'share' || kind === 'ring';
  if (!moves || cohorts === undefined || found === undefined) return { units: '', requests: '' };
  return { units: `${found.units} of ${cohorts.units}`, requests: partWords(found.traffic) };
}

function waitOf({ bake, for: lasts }: Written): string {
  const wait = bake ?? lasts;
  return typeof wait === 'string' ? wait : '';
}

/** Who confirms a contract; who must agree before another step is left, and how many of them. */
function peopleOf({ approve, approval }: Written): string {
  if (typeof approve === 'string') return approve === 'none' ? '' : approve;
  if (typeof approval !== 'object' || approval === null) return '';
  const { role, quorum } = approval as { readonly role?: unknown; readonly quorum?: unknown };
  return `${typeof quorum === 'number' && quorum > 1 ? `${quorum} × ` : ''}${String(role)}`;
}

function partWords(part: number | null): string {
  return part === null ? '' : `${(100 * part).toFixed(1)}%`;
}

type StepForecast = NonNullable<RolloutForecast['forecast']>['steps'][number];

/** The slowest guard counts. */
function provenWords(step: StepForecast | undefined): string {
  if (step === undefined || step.guards.length === 0) return '';
  const medians = step.guards.map(({ proven }) => proven.median);
  if (medians.some((median) => median === null)) return 'not in this step';
  return `in ${span(1_000 * Math.ceil(Math.max(...medians.map((median) => median ?? 0))))}`;
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What all bakes come to, in words: nobody can be quicker than that. */
export function atLeastWords(steps: readonly PlannedStep[]): string {
  const all = steps.map(({ bake }) => {
    const [, count = '0', unit = 'ms'] = /^([\d.]+)([a-z]+)$/.exec(bake) ?? [];
    return Number(count) * (unitMs[unit] ?? 0);
  });
  return span(all.reduce((sum, ms) => sum + ms, 0));
}
