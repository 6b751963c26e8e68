import { CrossfadeError } from '../../core/errors.ts';
import type { CleanupView, LeftOver } from '../../core/protocol/cleanup-view.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { safe, table } from '../views/words.ts';
import { personOf } from './send-command.ts';

export interface CleanupOptions {
  readonly confirm?: string;
  readonly output?: OutputForm;
}

/** What a rollout that has ended leaves behind; takes away what can be, when the name is repeated. */
export async function cleanup(
  name: string,
  { confirm, output }: CleanupOptions,
  terminal: Terminal,
): Promise<number> {
  if (confirm !== undefined && confirm !== name) {
    const message = `nothing was removed: what is removed cannot be brought back; repeat the name: crossfade cleanup ${name} --confirm ${name}`;
    throw new CrossfadeError('invalidInput', message);
  }
  const client = new ApiClient(connectionOf(terminal.env));
  const view =
    confirm === undefined
      ? await client.cleanup(name)
      : await client.cleanUp(name, { confirm, ...personOf(terminal.env) });
  const lines = () => linesOf(name, view, confirm !== undefined);
  const shown = {
    data: view,
    table: () =>
      lines()
        .map((line) => `${line}\n`)
        .join(''),
    names: () => view.left.map((one) => `${one.kind}/${safe(one.name)}`),
  };
  show(output, shown, terminal);
  if (view.reason === null) return exitStatus.ok;
  terminal.err(`${safe(`${name}  ${view.reason}`)}\n`);
  return exitStatus.stopped;
}

function linesOf(name: string, view: CleanupView, isConfirmed: boolean): readonly string[] {
  const { removed, left } = view;
  const rows = [
    ...removed.map((one) => ['removed', ...cells(one)]),
    ...left.map((one) => [one.removable ? 'left' : 'stays', ...cells(one)]),
  ];
  if (rows.length === 0) return [`${name}  nothing is left`];
  const more = !isConfirmed && left.some(({ removable }) => removable);
  const hint = `remove what is left for good: crossfade cleanup ${name} --confirm ${name}`;
  return [...table(rows), ...(more ? [hint] : [])];
}

const cells = ({ kind, name, words }: LeftOver): readonly string[] => [
  kind,
  safe(name),
  safe(words),
];
