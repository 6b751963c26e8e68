/** A tool that managed the target before, or still does elsewhere. */
export type ForeignTool = 'flyway' | 'liquibase' | 'typeorm';

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
  /** Null for what is run again whenever it changes. */
  readonly version: string | null;
  readonly description: string;
  /** The file's name, without folders where the tool leaves them out. */
  readonly script: string;
  readonly sum: ForeignSum | null;
  readonly sql: string;
  /** Why nobody but the tool itself can run it; null when anybody can. */
  readonly refusal: string | null;
  /** Among those of the same tool. */
  readonly order: readonly number[];
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
}
