import type { Finding } from '../../core/schema-migration/lint/finding.ts';
import type { Statement } from '../../core/schema-migration/lint/statement.ts';
import type { PlaceInText } from '../place-in-text.ts';
import type { Foreseen } from './foresight.ts';

/** SQL out of a file, as a tool would run it. */
export interface Script {
  readonly file: string;
  readonly sql: string;
  /** With the transactions that the tool puts around them. */
  readonly statements: readonly Statement[];
  readonly findings: readonly Finding[];
  /** Where in the file something stands, by its place in the script in bytes. */
  readonly place: (bytes: number) => PlaceInText;
}

export function foreseenOf({ file, sql, findings, place }: Script): Foreseen {
  const placed = findings.map(({ rule, severity, message, safe, place: at }) => {
    return { rule, severity, file, ...place(at), message, safe };
  });
  return { findings: placed, migrations: [], scripts: [{ file, sql }] };
}
