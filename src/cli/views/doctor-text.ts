import type { DoctorRow, Standing } from '../../core/protocol/doctor-view.ts';
import { counted } from '../faults.ts';
import type { Paint } from '../terminal.ts';
import { safe, table } from './words.ts';

/** `crossfade doctor`: a line for each thing that was looked at, with what to do below those that need it. */
export function doctorText(rows: readonly DoctorRow[], paint: Paint): string {
  const cells = rows.flatMap(({ part, subject, standing, message, remedy }) => [
    [part, safe(subject), standing, safe(message)],
    ...(remedy === null ? [] : [['', '', '', `→ ${safe(remedy)}`]]),
  ]);
  const standings = rows.flatMap(({ standing, remedy }) =>
    remedy === null ? [standing] : [standing, null],
  );
  const lines = table(cells).map((line, at) => painted(line, standings[at] ?? null, paint));
  return `${[...lines, summary(rows)].join('\n')}\n`;
}

function painted(line: string, standing: Standing | null, paint: Paint): string {
  if (standing === 'fault') return paint('red', line);
  return standing === 'warning' ? paint('yellow', line) : line;
}

function summary(rows: readonly DoctorRow[]): string {
  const count = (standing: Standing): number =>
    rows.filter((row) => row.standing === standing).length;
  return `${count('ok')} ok, ${counted(count('warning'), 'warning')}, ${counted(count('fault'), 'fault')}`;
}
