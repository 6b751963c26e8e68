import { quoteLiteral } from '../identifier.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { expressionSettings } from '../expression-settings.ts';

/**
 * Lines of a trigger function under the settings that expressions run under; then the writer's own hold
 * again. Not as clauses of the function: those would hold for the triggers of the application as well that
 * the sync's own writes set off. Nothing may return in between, and `_crossfade_settings` is a text[].
 */
export function underSettings(
  migration: SchemaMigration,
  lines: readonly string[],
): readonly string[] {
  const wanted = Object.entries(expressionSettings(migration));
  const kept = wanted.map(([name]) => `current_setting(${quoteLiteral(name)})`);
  const set = (name: string, value: string): string =>
    `  PERFORM set_config(${quoteLiteral(name)}, ${value}, true);`;
  return [
    `  _crossfade_settings := ARRAY[${kept.join(', ')}];`,
    ...wanted.map(([name, value]) => set(name, quoteLiteral(value))),
    ...lines,
    ...wanted.map(([name], at) => set(name, `_crossfade_settings[${at + 1}]`)),
  ];
}
