import { faultWords } from '../../core/doctor/set-rows.ts';
import type { DocumentSetView } from '../../core/protocol/document-set-view.ts';
import { safe } from './words.ts';

/** A line for each set that somebody should look at. */
export function setLines(sets: readonly DocumentSetView[]): string {
  return sets
    .flatMap(({ name, drifted, follow }) => [
      ...(follow?.fault
        ? [`!  set ${name}  REFUSED  ${faultWords(follow.fault)}  crossfade doctor`]
        : []),
      ...(drifted.length > 0
        ? [`!  set ${name}  ${drifted.length} drifted  crossfade diff --drift`]
        : []),
    ])
    .map((line) => `${safe(line)}\n`)
    .join('');
}
