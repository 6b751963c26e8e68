import { clockRow } from '../../core/doctor/clock-row.ts';
import { faulty } from '../../core/doctor/doctor-row.ts';
import { CrossfadeError } from '../../core/errors.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { readFiles } from '../read-files.ts';
import { type OutputForm, show } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { doctorText } from '../views/doctor-text.ts';

export interface DoctorOptions {
  readonly file?: readonly string[];
  readonly target?: string;
  readonly output?: OutputForm;
}

/** Looks at everything that Crossfade stands on; exit status 4 while anything is at fault. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const rows = await diagnosed(options, terminal);
  const shown = {
    data: { rows },
    table: () => doctorText(rows, paintFor(terminal)),
    names: () => rows.map(({ part, subject }) => `${part}/${subject}`),
  };
  show(options.output, shown, terminal);
  return isAtFault(rows) ? exitStatus.stopped : exitStatus.ok;
}

export function isAtFault(rows: readonly DoctorRow[]): boolean {
  return rows.some(({ standing }) => standing === 'fault');
}

/** The same where a server out of reach is a finding, too. */
async function diagnosed(
  options: DoctorOptions,
  terminal: Terminal,
): Promise<readonly DoctorRow[]> {
  try {
    return await askDoctor(options, terminal);
  } catch (error) {
    if (!(error instanceof CrossfadeError) || error.code !== 'unavailable') throw error;
    const remedy = 'Start it: npm start; or name its address: CROSSFADE_URL';
    return [faulty('server', connectionOf(terminal.env).url, error.message, remedy)];
  }
}

/** What the server finds, and whether its clock is this machine's. Throws `unavailable` without a server. */
export async function askDoctor(
  { file, target }: Pick<DoctorOptions, 'file' | 'target'>,
  terminal: Terminal,
): Promise<readonly DoctorRow[]> {
  const files = file === undefined ? undefined : await readFiles(file, terminal);
  const { rows, answeredAt } = await new ApiClient(connectionOf(terminal.env)).doctor({
    ...(files === undefined ? {} : { files }),
    ...(target === undefined ? {} : { target }),
  });
  // As the answer leaves: what it takes from there is all that is not known.
  const aheadMs = Date.now() - answeredAt;
  const here = clockRow({ subject: 'here and server', aheadMs, withinMs: 0 });
  const after = rows.findLastIndex(({ part }) => part === 'clock') + 1;
  return rows.toSpliced(after, 0, here);
}
