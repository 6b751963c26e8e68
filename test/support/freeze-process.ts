import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops a process by SIGSTOP, and resolves once all of it stands. The signal is on its way for a while: what runs on
 * another core may answer a question meanwhile.
 */
export async function freezeProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  for (;;) {
    const threads = await readdir(`/proc/${pid}/task`);
    const states = await Promise.all(threads.map((thread) => state(pid, thread)));
    if (states.every((letter) => letter === 'T')) return;
    await sleep(5);
  }
}

/** A letter, `T` for stopped: the first after the name in parentheses (proc_pid_stat(5)). None once the thread has ended. */
async function state(pid: number, thread: string): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2)[0];
}
