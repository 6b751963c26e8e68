import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { targetCheckText } from '../views/target-check-text.ts';

export interface TargetCheckOptions {
  readonly output?: OutputForm;
}

/** What the schema migrations of a target would run into; exits 4 while something blocks. */
export async function targetCheck(
  name: string,
  { output }: TargetCheckOptions,
  terminal: Terminal,
): Promise<number> {
  const view = await new ApiClient(connectionOf(terminal.env)).check(name);
  const shown = {
    data: view,
    table: () => `${targetCheckText(view, paintFor(terminal))}\n`,
    names: () => [`target/${view.target}`],
  };
  show(output, shown, terminal);
  const findings = view.checks.flatMap((check) => check.findings);
  const isBlocked = findings.some(({ severity }) => severity === 'blocks');
  return isBlocked ? exitStatus.stopped : exitStatus.ok;
}
