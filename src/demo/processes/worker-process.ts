import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endChild } from './end-child.ts';
import { inheritedEnvironment } from './inherited-environment.ts';
import type { ChildMessage } from './parent-channel.ts';

export interface WorkerOptions {
  readonly name: string;
  readonly module: URL;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Called with whatever the worker says by itself. */
  readonly onNote?: (payload: unknown) => void;
}

const stopPatienceMs = 5_000;
const answerLimitMs = 30_000;

/** A process of the demo that answers questions: a users service or the load. */
export class WorkerProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (payload: unknown) => void>();
  readonly #failed: Promise<never>;
  #lastId = 0;
  #stopping = false;

  private constructor(options: WorkerOptions) {
    this.#name = options.name;
    const log = openSync(options.logFile, 'a');
    this.#child = fork(fileURLToPath(options.module), [], {
      env: inheritedEnvironment(options.environment),
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#failed = this.#failure(options.logFile);
    // Somebody may look at it later or never; until then it is no unhandled rejection.
    this.#failed.catch(() => undefined);
  }

  /** Starts it, waits until it is ready, and returns it with what it said then. */
  static async start<Ready>(
    options: WorkerOptions,
  ): Promise<{ worker: WorkerProcess; ready: Ready }> {
    const worker = new WorkerProcess(options);
    const ready = new Promise<Ready>((resolve) => {
      worker.#child.on('message', (message: ChildMessage) => {
        if (message.kind === 'ready') resolve(message.payload as Ready);
        if (message.kind === 'note') options.onNote?.(message.payload);
        if (message.kind === 'answer') worker.#settle(message.id, message.payload);
      });
    });
    try {
      return { worker, ready: await Promise.race([ready, worker.#failed]) };
    } catch (failure) {
      await worker.stop();
      throw failure;
    }
  }

  /** Rejects when the process ends before it was told to; never resolves. */
  get failed(): Promise<never> {
    return this.#failed;
  }

  ask<Answer>(ask: string, payload: unknown = null): Promise<Answer> {
    const id = ++this.#lastId;
    const answer = new Promise<Answer>((resolve) => {
      this.#waiting.set(id, (value) => resolve(value as Answer));
    });
    this.#child.send({ id, ask, payload });
    return Promise.race([answer, this.#failed, this.#late(ask)]);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await endChild(this.#child, stopPatienceMs);
  }

  async #late(ask: string): Promise<never> {
    await sleep(answerLimitMs, undefined, { ref: false });
    throw new Error(`${this.#name} did not answer "${ask}" within ${answerLimitMs / 1000} s`);
  }

  #settle(id: number, payload: unknown): void {
    this.#waiting.get(id)?.(payload);
    this.#waiting.delete(id);
  }

  #failure(logFile: string): Promise<never> {
    return new Promise((_, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (code, signal) => {
        if (this.#stopping) return;
        const how = signal ?? `status ${String(code)}`;
        reject(
          new Error(`${this.#name} ended by itself (${how}); its last words are in ${logFile}`),
        );
      });
    });
  }
}
