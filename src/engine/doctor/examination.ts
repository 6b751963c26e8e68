import type { AskedProvider } from '../../core/doctor/asked-providers.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { DoctorPart, DoctorRow } from '../../core/protocol/doctor-view.ts';

/** What somebody wants to have looked at. */
export interface Subjects {
  readonly policies: readonly Policy[];
  /** Names of Target documents. */
  readonly targets: readonly string[];
  readonly providers: readonly AskedProvider[];
}

/** A look at one part of what Crossfade stands on. Whatever it throws is a fault of that part. */
export interface Examination {
  readonly part: DoctorPart;
  look(subjects: Subjects): Promise<readonly DoctorRow[]>;
}
