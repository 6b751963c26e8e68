import { CrossfadeError } from '../../core/errors.ts';
import type { TraceSession } from './trace-script.ts';

/** What is used of the package. It is looked up when it is wanted, for it need not be there. */
interface Pglite {
  exec(sql: string): Promise<readonly { readonly rows: readonly object[] }[]>;
  close(): Promise<void>;
}

interface PglitePackage {
  readonly PGlite: { create(): Promise<Pglite> };
}

/** A PostgreSQL within this process, in memory, for as long as `work` takes. */
export async function withPglite<T>(work: (session: TraceSession) => Promise<T>): Promise<T> {
  const { PGlite } = await packageOf();
  const database = await PGlite.create();
  try {
    return await work({
      query: async <Row extends object>(sql: string) => {
        const results = await database.exec(sql);
        return (results.at(-1)?.rows ?? []) as readonly Row[];
      },
    });
  } finally {
    await database.close();
  }
}

async function packageOf(): Promise<PglitePackage> {
  const name = '@electric-sql/pglite';
  try {
    return (await import(name)) as PglitePackage;
  } catch (cause) {
    const message = `--schema runs statements in ${name}, which is not installed; npm install ${name}`;
    throw new CrossfadeError('unsupported', message, { cause });
  }
}
