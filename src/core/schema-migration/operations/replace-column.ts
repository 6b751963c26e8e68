import { carriedOver } from '../carry/carried-over.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Change, Scene } from '../change.ts';
import { columnPair } from '../column-pair.ts';
import type { Lossy } from '../column-pair.ts';
import type { Reversible } from '../operation.ts';
import { downAcross, upAcross } from './read-across.ts';
import { interimColumn, replacementId } from './replacing.ts';
import type { Replacing } from './replacing.ts';

/** How the values of a column become those of its replacement, and back. */
export interface Replacement {
  readonly table: TableCatalog;
  readonly type: string;
  readonly up: string;
  /** Reads the new value under the column's own name. */
  readonly down: string;
  readonly lossy: Lossy;
  readonly reversible?: Reversible | undefined;
  /** Absent: as the old column is. */
  readonly notNull?: boolean;
}

/**
 * A column of the same name with other values. Until contract the new values stand beside the old
 * ones under an interim name; then the old column is put aside and the new one takes its name, and
 * with it all that stood on the old one.
 */
export function replaceColumn(
  operation: Replacing,
  scene: Scene,
  { table, type, up, down, lossy, reversible, notNull }: Replacement,
): Change {
  const { column: name } = operation;
  const { migration } = scene;
  const id = replacementId(migration, operation);
  const column = interimColumn(migration, operation);
  const spec = {
    id,
    table,
    name,
    column,
    type,
    up: upAcross(operation, up, migration),
    fed: name,
    down: downAcross(operation, down, migration),
    lossy,
    reversible,
    replaces: true,
  };
  const pair = columnPair(migration, spec);
  const shown = { of: name, column, name, default: null };
  return {
    id,
    table: operation.table,
    pairs: [pair],
    show: (columns) => columns.map((one) => (one.of === name ? shown : one)),
    ...carriedOver(operation, scene, pair, notNull ?? pair.fed.notNull),
  };
}
