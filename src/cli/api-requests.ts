import type { EmitTool } from '../core/schema-migration/emit/emitted-file.ts';
import type { EmittedPart } from '../core/schema-migration/emit/tried-migration.ts';
import type { TextFile } from './read-files.ts';

/** Onto which revision a rollout is moved, and whether less may stand between harm and the units. */
export interface RebaseRequest {
  /** Of the policy's document; the one that is applied when left out. */
  readonly revision?: string;
  readonly confirm: boolean;
  readonly reason?: string;
  readonly requestId: string;
  readonly by?: string;
}

/** What is to be carried out directly; `generation` is what the first call answered. */
export interface DirectRequest {
  readonly files: readonly { name: string; text: string }[];
  readonly baseline: boolean;
  readonly generation?: number;
  readonly by?: string;
}

/** Which direct migration is given up; `generation` is what the first call answered. */
export interface AbandonRequest {
  readonly migration: string;
  readonly generation?: number;
  readonly by?: string;
}

/** What is to be rehearsed; `generation` is what the first call answered. */
export interface RehearsalRequest {
  readonly files: readonly TextFile[];
  readonly statements?: readonly TextFile[];
  readonly generation?: number;
}

/** What is to be written in another tool's form; `at` in epoch milliseconds. */
export interface EmitRequest {
  readonly files: readonly { name: string; text: string }[];
  readonly tool: EmitTool;
  readonly part: EmittedPart;
  readonly target?: string;
  readonly at: number;
}

/** Whose cohorts are asked for; `list` is the step, from 1, whose units are listed. */
export interface CohortRequest {
  readonly files: readonly { name: string; text: string }[];
  readonly target?: string;
  readonly list?: number;
}

/** What is to be looked at; without files what is applied. */
export interface DoctorRequest {
  readonly files?: readonly TextFile[];
  readonly target?: string;
}
