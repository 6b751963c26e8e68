/** A tool that managed the target before, or still does elsewhere. */
export type ForeignTool = 'flyway' | 'liquibase' | 'typeorm';

export const toolNames: Readonly<Record<ForeignTool, string>> = {
  flyway: 'Flyway',
  liquibase: 'Liquibase',
  typeorm: 'TypeORM',
};

/** A file as a person hands it over; `name` may be a path. */
export interface ForeignFile {
  readonly name: string;
  readonly text: string;
}

/** How a tool tells content apart: `crc32` of lines, `md5` of changesets; null: not at all. */
export type ForeignSum =
  | { readonly kind: 'crc32'; readonly value: number }
  /** What MD5 is taken of; the server does it. */
  | { readonly kind: 'md5'; readonly of: string };

/** One migration out of another tool's files. */
export interface ForeignMigration {
  readonly tool: ForeignTool;
  /** What the tool knows it by: a version, `author::id`, a class's name. */
  readonly key: string;
  /** True for what an empty database begins with instead of all that goes before. */
  readonly isBaseline: boolean;
  /** Null for what is run again whenever it changes. */
  readonly version: string | null;
  readonly description: string;
  /** The file's name, without folders where the tool leaves them out, or by the path that it gives itself. */
  readonly script: string;
  readonly sum: ForeignSum | null;
  /** Sums of other contents that the file takes for its own; `any`: all. */
  readonly valid: readonly string[];
  readonly sql: string;
  /** Why nobody but the tool itself can run it; null when anybody can. */
  readonly refusal: string | null;
  /** Among those of the same tool; of equal ones the first goes first. */
  readonly order: readonly bigint[];
}

/** What people find it by: `V1__a.sql`, `db/1.sql: ada::7`. */
export function placeOf({ tool, script, key }: ForeignMigration): string {
  return tool === 'flyway' ? script : `${script}: ${key}`;
}

/** One line of another tool's own history. Times are epoch milliseconds, durations milliseconds. */
export interface ForeignEntry {
  readonly tool: ForeignTool;
  /** Where the history stands: `public.flyway_schema_history`. */
  readonly table: string;
  readonly key: string;
  readonly version: string | null;
  readonly description: string;
  /** The tool's own word: `SQL`, `JDBC`, `EXECUTED`. */
  readonly type: string;
  readonly script: string;
  readonly checksum: string | null;
  readonly by: string | null;
  readonly at: number | null;
  readonly durationMs: number | null;
  readonly success: boolean;
  /** Whether the tool has taken it back since, or was told to forget it; null while it stands. */
  readonly takenBack: 'undone' | 'deleted' | null;
}
