import type { TargetSession } from '../../ports/target-database.ts';

/** What happens again and again, however many rows there are. Milliseconds, each the middle one of five. */
export interface Moments {
  /** A commit that waits for the disk. */
  readonly commitMs: number;
  /** A statement on Crossfade's own notes, there and back. */
  readonly noteMs: number;
}

type Session = Pick<TargetSession, 'query'>;

const TIMES = 5;

/** Measures them within a session of its own, whose temporary tables go with it. */
export async function momentsOn(session: Session): Promise<Moments> {
  const [commits, notes]: [number[], number[]] = [[], []];
  for (let at = 0; at < TIMES; at += 1) {
    await session.query('BEGIN');
    // Of the catalog it writes enough to wait for the disk.
    await session.query(`CREATE TEMP TABLE crossfade_moment_${at} ()`);
    commits.push(await taken(session, 'COMMIT'));
    // There is no such job: nothing is locked and nothing written.
    const note = 'UPDATE crossfade.job SET fence = fence WHERE id = $1 AND fence = $2';
    notes.push(await taken(session, note, ['', 0]));
  }
  return { commitMs: middle(commits), noteMs: middle(notes) };
}

async function taken(
  session: Session,
  sql: string,
  values: readonly unknown[] = [],
): Promise<number> {
  const begun = performance.now();
  await session.query(sql, values);
  return performance.now() - begun;
}

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
