import type { ScriptState } from './script-state.ts';
import type { Statement } from './statement.ts';

/** `error`: it must not run like this. `warning`: somebody should have looked. `notice`: could be better. */
export type Severity = 'error' | 'warning' | 'notice';

/** What one rule has to say of a statement. */
export interface Objection {
  /** What happens, in one sentence. */
  readonly message: string;
  /** In bytes from the beginning of the script; the statement's beginning unless it is known better. */
  readonly place?: number | null;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
}

/** Looks at each statement of a script on its own, with what the ones before it have left. */
export interface Rule {
  /** As people name it in `-- crossfade: ignore`. */
  readonly name: string;
  readonly severity: Severity;
  /** What to write instead. */
  readonly safe: string;
  readonly find: (statement: Statement, before: ScriptState) => readonly Objection[];
}
