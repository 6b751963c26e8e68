import { availableParallelism, cpus, totalmem, type } from 'node:os';

/** What the figures were made on, in one line: figures without a machine mean nothing. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${model}, ${gib} GiB, ${type()}, Node ${process.version}`;
}
