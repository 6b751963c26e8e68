import { CrossfadeError } from '../../errors.ts';
import type { TableCatalog } from '../catalog.ts';
import type { Change, Scene } from '../change.ts';
import { interimName, operationId } from '../column-pair.ts';
import type { ColumnPair } from '../column-pair.ts';
import type { Replacing } from '../operations/replacing.ts';
import type { StandingColumns } from '../operations/standing-columns.ts';

/** A column and the one that replaces it, which is to have all that the first one has. */
export interface Carrying {
  readonly scene: Scene;
  readonly migration: Scene['migration'];
  readonly operation: Replacing;
  readonly table: TableCatalog;
  readonly pair: ColumnPair;
  readonly standing: StandingColumns;
}

/** What it takes to carry one thing over. */
export type Carried = Partial<
  Pick<Change, 'untie' | 'index' | 'seal' | 'rules' | 'contract' | 'rename' | 'retire'>
>;

/** Ours alone until contract, and stable: a crash finds again what it has made. */
export function interimOf({ migration, table }: Carrying, thing: string, more = ''): string {
  return interimName(operationId(migration, 'carry', table.name, thing, more), thing);
}

/** Says by name what would not come along, and why. */
export function cannotCarry({ operation, table }: Carrying, what: string, why: string) {
  return new CrossfadeError(
    'unsupported',
    `${operation.operation} of ${table.name}.${operation.column}: ${what} cannot be carried over to the column that ` +
      `replaces it: ${why}. Take it away first, or add a column under another name.`,
  );
}

/** One list out of many, part by part. */
export function joined(all: readonly Carried[]): Required<Carried> {
  return {
    untie: all.flatMap((one) => one.untie ?? []),
    index: all.flatMap((one) => one.index ?? []),
    seal: all.flatMap((one) => one.seal ?? []),
    rules: all.flatMap((one) => one.rules ?? []),
    contract: all.flatMap((one) => one.contract ?? []),
    rename: all.flatMap((one) => one.rename ?? []),
    retire: all.flatMap((one) => one.retire ?? []),
  };
}
