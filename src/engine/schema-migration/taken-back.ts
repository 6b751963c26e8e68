import type { TargetDatabase, TargetSession } from '../ports/target-database.ts';

/** Works in a transaction of which nothing stays, whatever comes of it. */
export async function takenBack<Value>(
  database: TargetDatabase,
  work: (session: TargetSession) => Promise<Value>,
): Promise<Value> {
  const undo = new Error('the trial is over');
  const result: Value[] = [];
  try {
    await database.transaction(async (session) => {
      result.push(await work(session));
      throw undo;
    });
  } catch (fault) {
    if (fault !== undo) throw fault;
  }
  return result[0] as Value;
}
