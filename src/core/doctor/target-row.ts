import { count } from '../judge/wording.ts';
import type { DoctorRow } from '../protocol/doctor-view.ts';
import type { GrantsView, TargetCheckView } from '../protocol/target-view.ts';
import { faulty, fine, warns } from './doctor-row.ts';

/** What a look at a target comes to: its version, the role's rights, and what is in the way there. */
export function targetRow(check: TargetCheckView, { grants }: GrantsView): DoctorRow {
  const { target, version, role } = check;
  const missing = grants.filter(({ held }) => !held);
  const rights =
    missing.length === 0 ? 'all rights' : `${missing.length} of ${grants.length} rights missing`;
  const who = `PostgreSQL ${version}, role ${role}, ${rights}`;
  const findings = check.checks.flatMap((one) => one.findings);
  const blocking = findings.filter(({ severity }) => severity === 'blocks');
  if (missing.length > 0) {
    return faulty('target', target, who, `Have them granted: crossfade target grants ${target}`);
  }
  const look = `See all of it: crossfade target check ${target}`;
  const [first] = blocking;
  if (first !== undefined) return faulty('target', target, `${who}; ${first.message}`, look);
  const known = findings.filter(({ severity }) => severity === 'warns');
  if (known.length > 0) {
    const things = count(known.length, 'thing', 'things');
    return warns('target', target, `${who}; ${things} to know before the start`, look);
  }
  return fine('target', target, who);
}
