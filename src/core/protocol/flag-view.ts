import type { ManagedFeature } from '../flags/catalog/managed-feature.ts';
import type { Route } from './route.ts';

/** The flag of a rollout as it stands: `GET /api/v1/flags/:name`. */
export interface FlagView {
  readonly name: string;
  readonly route: Route;
  /** The wanted version that it shows, or null when somebody else changed it since. */
  readonly version: number | null;
  /** Who changed it last: `crossfade`, or a person's name. */
  readonly changedBy: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

/** A flag of a rollout in a list: `GET /api/v1/flags`. */
export interface FlagSummary extends Pick<FlagView, 'name' | 'changedBy' | 'changedAt'> {
  /** The flag system that it lives in; only `crossfade` is changed here. */
  readonly provider: string;
  readonly project: string;
  /** The policy whose route it carries. */
  readonly policy: string;
  readonly enabled: boolean;
  /** A whole percentage. */
  readonly share: number;
  /** How many units are kept on the old side. */
  readonly pinned: number;
  /** Whether a person changed it after the machine did. */
  readonly edited: boolean;
}

/** A flag that people manage, with its last change: `GET /api/v1/features/:name`. */
export interface FeatureView extends ManagedFeature {
  readonly revision: number;
  readonly changedBy: string;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

/** What a person did to a flag: `GET /api/v1/flags/:name/log`, newest first. */
export interface FlagAct {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
