import type { Hours } from '../calendar/hours.ts';

/** Strength of the evidence that lets a step end: no harm seen, or shown to be not worse. */
export type Requirement = 'notWorse' | 'proven';

/** Persons who must agree before a step is left. */
export interface Approval {
  readonly role: 'operator' | 'approver' | 'admin';
  /** How many different ones. */
  readonly quorum: number;
  /** How long the word of one is good for, in milliseconds. */
  readonly expiresMs: number;
}

interface Approvable {
  /** Asked for last, when nothing else keeps the step any more; absent where nobody is asked. */
  readonly approval?: Approval;
}

interface Baked extends Approvable {
  /** How long the step waits at the least, in milliseconds. */
  readonly bakeMs: number;
  /** How long it waits for its evidence before it is paused for a person, in milliseconds. */
  readonly patienceMs: number;
}

export interface RehearseStep extends Approvable {
  readonly kind: 'rehearse';
  /** The target that holds a clone, where it is tried there; the rollout's own when absent. */
  readonly on?: string;
}
export interface ExpandStep extends Approvable {
  readonly kind: 'expand';
}
export interface BackfillStep extends Approvable {
  readonly kind: 'backfill';
  /** The time that one batch should take, in milliseconds. */
  readonly batchTimeMs: number;
  /** When it works; at any time when absent. */
  readonly during?: readonly Hours[];
}
export interface VerifyStep extends Approvable {
  readonly kind: 'verify';
  readonly parity: 'full';
}
/** A fire drill that must have passed before the first exposure. */
export interface RequiredDrill {
  /** Who is moved there and back. */
  readonly unit: string;
  /** How old one that passed may be, in milliseconds; absent: it must be of this stay in the step. */
  readonly maxAgeMs?: number;
}
export interface ShadowStep extends Baked {
  readonly kind: 'shadow';
  /** Part of the pure reads that is compared, 0 to 1. */
  readonly sample: number;
  /** Held when nothing else keeps the step any more; absent where none is required. */
  readonly drill?: RequiredDrill;
}
export interface RingStep extends Baked {
  readonly kind: 'ring';
  readonly ring: string;
  readonly require: Requirement;
}
export interface ShareStep extends Baked {
  readonly kind: 'share';
  /** A whole percentage, 1 to 100. */
  readonly percent: number;
  readonly require: Requirement;
}
/** How many units: so many, or a part of the active ones, 0 to 1. */
export type CountSize = { readonly units: number } | { readonly part: number };

/** Which of them go first: as the hash has it, or those with the fewest requests. */
export type CountOrder = 'hash' | 'smallestTraffic';

/** A share too small for a percentage of a hash. Its units are chosen when it is entered. */
export interface CountStep extends Baked {
  readonly kind: 'count';
  readonly size: CountSize;
  readonly order: CountOrder;
  readonly require: Requirement;
}
export interface SoakStep extends Approvable {
  readonly kind: 'soak';
  readonly forMs: number;
}
export interface ContractStep {
  readonly kind: 'contract';
  /** Who must confirm by `crossfade complete`; `none` lets the machine go on by itself. */
  readonly approve: 'none' | 'operator' | 'approver' | 'admin';
  readonly trashForMs: number;
}

/** The steps that this version carries out. */
export type Step =
  | RehearseStep
  | ExpandStep
  | BackfillStep
  | VerifyStep
  | ShadowStep
  | RingStep
  | ShareStep
  | CountStep
  | SoakStep
  | ContractStep;

export type StepKind = Step['kind'];

/** The steps that are work on the target before anybody can be served by the new side. */
export type WorkStep = RehearseStep | ExpandStep | BackfillStep | VerifyStep;

const workKinds: ReadonlySet<StepKind> = new Set(['rehearse', 'expand', 'backfill', 'verify']);

export function isWork(step: Step): step is WorkStep {
  return workKinds.has(step.kind);
}

/** Whether a step brings units to the new side while others stay on the old one. */
export function isOfRamp(step: Step): step is RingStep | CountStep | ShareStep {
  return step.kind === 'ring' || step.kind === 'count' || step.kind === 'share';
}

/** Whom leaving a step takes; contract is confirmed in a way of its own. */
export function approvalOf(step: Step | undefined): Approval | undefined {
  return step === undefined || step.kind === 'contract' ? undefined : step.approval;
}

/** A step's name as people read it: `share 25%`, `ring internal`, `expand`. */
export function stepName(step: Step): string {
  if (step.kind === 'share') return `share ${step.percent}%`;
  if (step.kind === 'ring') return `ring ${step.ring}`;
  if (step.kind === 'count') return `share ${sizeName(step.size)}`;
  return step.kind;
}

function sizeName(size: CountSize): string {
  // Rounded, since 0.7 % as a part is no exact number.
  if ('part' in size) return `${Number((size.part * 100).toPrecision(6))}%`;
  return size.units === 1 ? '1 unit' : `${size.units} units`;
}
