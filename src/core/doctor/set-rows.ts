import type { DoctorRow } from '../protocol/doctor-view.ts';
import type { DocumentSetView } from '../protocol/document-set-view.ts';
import { faulty, fine, warns } from './doctor-row.ts';

/** Whether each set is as it should be: its folder can be applied, and nobody has applied anything over it. */
export function setRows(sets: readonly DocumentSetView[]): readonly DoctorRow[] {
  return sets.map((set) => {
    const { name, drifted, follow } = set;
    if (follow?.fault) {
      const remedy = 'Mend the folder; the last good revision holds until then.';
      return faulty('documents', name, faultWords(follow.fault), remedy);
    }
    if (drifted.length > 0) {
      const first = drifted[0];
      const more = drifted.length > 1 ? ` and ${drifted.length - 1} more` : '';
      const message = `${first?.kind} ${first?.name}${more} applied over it by ${first?.appliedBy}`;
      const remedy = 'crossfade diff --drift shows it; the next change of the set takes it back.';
      return warns('documents', name, message, remedy);
    }
    return fine('documents', name, standing(set));
  });
}

/** Place and message of the first fault, and how many there are. */
export function faultWords({
  message,
  faults: [first, ...rest],
}: NonNullable<NonNullable<DocumentSetView['follow']>['fault']>): string {
  if (first === undefined) return message;
  const more = rest.length > 0 ? `, and ${rest.length} more` : '';
  return `${first.file}:${first.line}:${first.column}: ${first.message}${more}`;
}

function standing({ applied, documents, follow }: DocumentSetView): string {
  const count = `${documents} document${documents === 1 ? '' : 's'}`;
  const at = applied?.commit ? ` at commit ${applied.commit.slice(0, 12)}` : '';
  const from = follow === null ? '' : `, follows ${follow.folder}`;
  return applied === null ? `nothing applied yet${from}` : `${count}${at}${from}`;
}
