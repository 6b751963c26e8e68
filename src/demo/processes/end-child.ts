import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Whether the process is still there. */
export function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Asks by SIGTERM, and after `patienceMs` ends it by SIGKILL. Returns when it is gone. */
export async function endChild(child: ChildProcess, patienceMs: number): Promise<void> {
  if (!isRunning(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(impatience);
}

/** Ends it at once, as a crash would. Returns when it is gone. */
export async function killChild(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
