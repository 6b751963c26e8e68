import { SteadyUpdates, type Updated } from './steady-updates.ts';

/** What it is told: to begin, to say what the updates since the last question took, or to end. */
export type Told = { readonly begin: Updated } | 'p99' | 'stop';

/** Answers every question, in their order; a fault is a text. */
export type Answer = { readonly p99: number } | { readonly fault: string } | 'stopped';

let updates: SteadyUpdates | null = null;

// A process of its own, as an application is: so that neither waits for the other's thread.
process.on('message', (told: Told) => {
  answer(told).then(
    (answered) => answered !== null && process.send?.(answered),
    (fault: unknown) => process.send?.({ fault: String(fault) } satisfies Answer),
  );
});

// Whoever measures has died: the pool's open connections would keep this process, and its load, for ever.
process.once('disconnect', () => process.exit());

async function answer(told: Told): Promise<Answer | null> {
  if (typeof told === 'object') {
    updates = new SteadyUpdates(told.begin);
    return null;
  }
  if (updates === null) throw new TypeError('It has not begun.');
  if (told === 'p99') return { p99: await updates.p99() };
  await updates.stop();
  return 'stopped';
}
