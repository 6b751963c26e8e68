import { defaults } from '../../core/policy/defaults.ts';
import type { Requirement, Step } from '../../core/policy/step.ts';
import { attachGate } from './attach-gate.ts';
import type { StepInput } from '../kinds/step.ts';
import { first, type Found, isMoot, type Place, type Resolving } from './layers.ts';
import { noteEntry } from './note-entry.ts';
import { writtenInGate, writtenInStep } from './written-fields.ts';
import { standardProfile } from './standard-profile.ts';

/** Steps and, for each, where it is written; null places are built in. */
export interface ResolvedSteps {
  readonly steps: readonly Step[];
  readonly places: readonly (Place | null)[];
}

/** A step as it is put together from one item, or more where gates follow it. */
interface Draft {
  step: Step;
  readonly place: Place | null;
  written: Readonly<Record<string, unknown>>;
}

/** The plan of policy, profile or built-in profile; an approval or a drill belongs to the step that it follows. */
export function resolveSteps(resolving: Resolving): ResolvedSteps {
  const { value, layer } = planOf(resolving);
  const drafts: Draft[] = [];
  const widest = widestComparedShare(value);
  const { source } = layer;
  let isKept = true;
  for (const [index, input] of value.entries()) {
    const place = source === null ? null : { source, path: ['spec', 'steps', index] };
    const last = drafts.at(-1);
    const gated = attachGate(last?.step, input);
    if (gated !== null) {
      if (isKept) gate(resolving, last, gated, { input, place });
      continue;
    }
    const step = stepOf(input, widest);
    checkClone(resolving, step, place);
    isKept = step !== null && !(isMoot(resolving, layer) && routedKinds.has(step.kind));
    if (step !== null && isKept) drafts.push({ step, place, written: writtenInStep(input) });
  }
  for (const [index, { step, written }] of drafts.entries()) {
    noteEntry(resolving.origins, { path: `steps.${index}`, origin: layer.origin, written }, step);
  }
  return { steps: drafts.map(({ step }) => step), places: drafts.map(({ place }) => place) };
}

function planOf(resolving: Resolving): Found<readonly StepInput[]> {
  const found = first(resolving, 'steps', ({ steps }) => steps);
  return found ?? { value: standardProfile.spec.steps ?? [], layer: standardProfile };
}

interface Gate {
  readonly input: StepInput;
  readonly place: Place | null;
}

/** The last step gets another gate. What a built-in profile gets wrong is no fault of the file's. */
function gate(
  { findings }: Resolving,
  last: Draft | undefined,
  gated: Step | string,
  { input, place }: Gate,
): void {
  if (typeof gated === 'string') {
    const path = [...(place?.path ?? []), ...Object.keys(input)];
    if (place !== null) findings.wrong(place.source, path, gated);
  } else if (last !== undefined) {
    last.step = gated;
    last.written = { ...last.written, ...writtenInGate(input) };
  }
}

/** A clone is a target like any other, with a document of its own. */
function checkClone(
  { document, context, findings }: Resolving,
  step: Step | null,
  place: Place | null,
): void {
  if (step?.kind !== 'rehearse' || step.on === undefined || place === null) return;
  const { on } = step;
  if (context.find('Target', document.project, on) !== null) return;
  const known = context.names('Target', document.project);
  findings.unknown(place.source, [...place.path, 'rehearse', 'on'], {
    kind: 'Target',
    name: on,
    known,
  });
}

const routedKinds: ReadonlySet<string> = new Set(['shadow', 'ring', 'count', 'share']);

/** The widest share that still has two cohorts; 0 when there is none. */
function widestComparedShare(steps: readonly StepInput[]): number {
  const percents = steps.map(({ share }) =>
    share !== undefined && 'percent' in share.to ? share.to.percent : 0,
  );
  return Math.max(0, ...percents.filter((percent) => percent < 100));
}

/** Null for what is no step of its own. */
function stepOf(input: StepInput, widest: number): Step | null {
  const { rehearse, expand, soak, contract } = input;
  if (rehearse !== undefined)
    return { kind: 'rehearse', ...(rehearse.on === undefined ? {} : { on: rehearse.on }) };
  if (expand !== undefined) return { kind: 'expand' };
  if (soak !== undefined) return { kind: 'soak', forMs: soak.for ?? defaults.soakMs };
  if (contract !== undefined) {
    const { approve = defaults.contractApproval, trashFor = defaults.trashForMs } = contract;
    return { kind: 'contract', approve, trashForMs: trashFor };
  }
  return workStep(input) ?? routedStep(input, widest);
}

function workStep({ backfill, verify }: StepInput): Step | null {
  if (backfill !== undefined) {
    const { batchTime: batchTimeMs = defaults.batchTimeMs, during } = backfill;
    return { kind: 'backfill', batchTimeMs, ...(during === undefined ? {} : { during }) };
  }
  return verify === undefined ? null : { kind: 'verify', parity: verify.parity ?? 'full' };
}

function routedStep({ shadow, ring, share }: StepInput, widest: number): Step | null {
  if (shadow !== undefined) {
    return { kind: 'shadow', sample: shadow.sample ?? defaults.shadowSample, ...baked(shadow) };
  }
  if (ring !== undefined) {
    return { kind: 'ring', ring: ring.name, require: ring.require ?? 'notWorse', ...baked(ring) };
  }
  if (share === undefined) return null;
  if (!('percent' in share.to)) {
    const { to: size, order = 'hash', require = 'notWorse' } = share;
    return { kind: 'count', size, order, require, ...baked(share) };
  }
  const { percent } = share.to;
  const usual: Requirement = percent === widest ? 'proven' : 'notWorse';
  return { kind: 'share', percent, require: share.require ?? usual, ...baked(share) };
}

interface Baked {
  readonly bake?: number | undefined;
  readonly patience?: number | undefined;
}

function baked({ bake = defaults.bakeMs, patience = defaults.patienceMs }: Baked) {
  return { bakeMs: bake, patienceMs: patience };
}
