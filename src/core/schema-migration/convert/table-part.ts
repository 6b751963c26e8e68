import type { TableCommand, Token } from '../lint/statement.ts';

/** One part of an ALTER TABLE, with the words that it is written in. */
export interface TablePart {
  readonly table: string;
  readonly command: TableCommand;
  readonly tokens: readonly Token[];
  readonly place: number;
  /** What the part would be by itself. */
  readonly sql: string;
}
