import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../src/core/protocol/route.ts';

/** What a client is told at its start. */
export interface ConnectOptions {
  readonly url: string;
  readonly token: string;
  readonly service: string;
  readonly migrations: readonly string[];
  readonly heartbeatMs: number;
  readonly maxStaleMs: number;
  readonly freezeAfterMs: number;
}

/** One operation that a client is to decide, carry out and count. */
export interface OperationOptions {
  readonly operation?: 'read' | 'write';
  readonly fails?: boolean;
}

/** What an operation came to: the side that served it, or null for a call that was refused. */
interface Answer {
  readonly side?: Side | null;
  readonly error?: string;
}

const patienceMs = 30_000;

/** A client in a process of its own: it is told by lines of JSON, and answers each by one. */
export class ClientProcess {
  readonly #child: ChildProcess;
  readonly #answers: ((answer: Answer) => void)[] = [];
  #faults = '';

  constructor(command: string) {
    this.#child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#child.stderr?.on('data', (chunk) => (this.#faults += String(chunk)));
    // A client that ended is noticed by its missing answer.
    this.#child.stdin?.on('error', () => undefined);
    if (this.#child.stdout === null) return;
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#answers.shift()?.(JSON.parse(line) as Answer);
    });
  }

  async connect(options: ConnectOptions): Promise<void> {
    await this.#tell({ do: 'connect', ...options });
  }

  /** The side that served it; null when the client refused the call. */
  async operate(
    migration: string,
    unit: string | null,
    { operation = 'read', fails = false }: OperationOptions = {},
  ): Promise<Side | null> {
    const { side } = await this.#tell({ do: 'operate', migration, unit, operation, fails });
    return side ?? null;
  }

  /** Orderly: the client sends what it has left to say. */
  async close(): Promise<void> {
    await this.#tell({ do: 'close' });
  }

  /** The client does not run for so long; it is given no chance to notice. */
  async freeze(ms: number): Promise<void> {
    this.#signal('SIGSTOP');
    await sleep(ms);
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#signal('SIGKILL');
    await gone;
  }

  /** To its group: the shell may have started the client as a process of its own. */
  #signal(name: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, name);
  }

  async #tell(order: object): Promise<Answer> {
    const answered = new Promise<Answer>((resolve) => {
      this.#answers.push(resolve);
    });
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    const late = sleep(patienceMs, null, { ref: false });
    const answer = await Promise.race([answered, late]);
    if (answer === null || answer.error !== undefined) {
      const why = answer?.error ?? `no answer within ${patienceMs / 1_000} s`;
      throw new Error(`${JSON.stringify(order)}: ${why}\n${this.#faults}`);
    }
    return answer;
  }
}
