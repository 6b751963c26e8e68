import { quoteIdentifier, quoteLiteral } from './identifier.ts';
import type { SchemaMigration } from './schema-migration.ts';

/** Where expressions find what they name. */
type NamesOfTables = Pick<SchemaMigration, 'schema' | 'shadows'>;

/** Settings under which every `up` and `down` runs, whoever writes: the same value for everyone. */
export function expressionSettings({
  schema,
  shadows,
}: NamesOfTables): Readonly<Record<string, string>> {
  const path = [schema, ...(shadows === undefined ? [] : [shadows])].map(quoteIdentifier);
  return {
    search_path: `pg_catalog, ${path.join(', ')}, pg_temp`,
    DateStyle: 'ISO, MDY',
    TimeZone: 'UTC',
  };
}

/** The same settings as clauses of CREATE FUNCTION. */
export function settingClauses(migration: NamesOfTables): string {
  const { search_path: path, ...others } = expressionSettings(migration);
  const rest = Object.entries(others).map(
    ([name, value]) => `SET ${name} = ${quoteLiteral(value)}`,
  );
  return [`SET search_path = ${path ?? ''}`, ...rest].join(' ');
}
