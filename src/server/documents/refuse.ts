import { holds, type Roles } from '../../core/access/role.ts';
import type { DocumentKey } from '../../core/documents/document-key.ts';
import { CrossfadeError, type Fault } from '../../core/errors.ts';
import type { CheckedFiles } from '../../language/check-files.ts';

/** Where Crossfade connects to, and with which secret, is for admins to say. */
const adminKinds: readonly string[] = ['Target', 'Provider'];

/** Throws `forbidden` for a document that the roles do not reach. */
export function refuseForeign({ kind, name, project }: DocumentKey, roles: Roles): void {
  const needed = adminKinds.includes(kind) ? 'admin' : 'operator';
  if (holds(roles, needed, project)) return;
  throw new CrossfadeError(
    'forbidden',
    `${kind}/${name} is for ${needed} in the project ${project}; nothing was applied`,
  );
}

/** Rollouts go by the name of their policy, and reach a target by its name, whatever the project. */
const namedOnce: readonly string[] = ['RolloutPolicy', 'Target'];

/** Throws `conflict` where two projects would have the same name of something that has one name only. */
export function refuseNamesakes(
  wanted: readonly DocumentKey[],
  stored: readonly DocumentKey[],
): void {
  for (const { kind, name, project } of wanted.filter((one) => namedOnce.includes(one.kind))) {
    const namesake = [...stored, ...wanted].find(
      (other) => other.kind === kind && other.name === name && other.project !== project,
    );
    if (namesake === undefined) continue;
    const words = `there is a ${kind} ${name} in the project ${namesake.project} already; nothing was applied`;
    throw new CrossfadeError('conflict', words);
  }
}

export function placed({ file, line, column, message }: Fault): Fault {
  return { file, line, column, message };
}

/** Throws `invalidInput` with every fault, if there is one. */
export function withoutFault(checked: CheckedFiles, consequence = ''): CheckedFiles {
  if (checked.faults.length === 0) return checked;
  const faults = checked.faults.map(placed);
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new CrossfadeError('invalidInput', `${count}${consequence}`, { faults });
}
