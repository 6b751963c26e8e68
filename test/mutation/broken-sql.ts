import { brokenShapes } from './broken-shapes.ts';
import { brokenSync } from './broken-sync.ts';
import { brokenTables } from './broken-tables.ts';

/** A break of what writes SQL, which the specs of pure code cannot judge. */
export interface BrokenSql {
  /** What goes wrong then. */
  readonly what: string;
  /** Below `src/core/schema-migration`. */
  readonly file: string;
  /** A text that stands in it once, and the one in its place. */
  readonly from: string;
  readonly to: string;
  /** The spec against a server that has to notice it, below `test/integration`, without its ending. */
  readonly spec: string;
}

/** All that are tried. */
export const brokenSql: readonly BrokenSql[] = [...brokenSync, ...brokenTables, ...brokenShapes];
