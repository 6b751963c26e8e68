import type { PlannedOnTarget } from '../../core/protocol/target-view.ts';
import type { PlannedStatement } from '../../core/schema-migration/planned-statement.ts';
import type { Finding } from '../../core/schema-migration/lint/finding.ts';
import type { PlaceInText } from '../place-in-text.ts';

/** A finding with the place where people look for it. */
export type PlacedFinding = Omit<Finding, 'place'> & PlaceInText & { readonly file: string };

/** What a schema migration's operations come to. */
export interface ForeseenMigration {
  readonly name: string;
  readonly file: string;
  /** Tables as they were taken for granted, `users (id, dob)`; none on a real target. */
  readonly assumed: readonly string[];
  /** As the target has them; null where nobody has looked at one. */
  readonly real: Pick<PlannedOnTarget, 'tables' | 'growth' | 'prediction' | 'tried'> | null;
  readonly statements: readonly PlannedStatement[];
  /** Conditions on rows under which it is reversible before contract, in words. */
  readonly reversibleWhile: readonly string[];
}

/** SQL of a script or of a migration class, as it would run. */
export interface ForeseenScript {
  readonly file: string;
  readonly sql: string;
}

/** What can be told of some files, each part by itself. */
export interface Foreseen {
  readonly findings: readonly PlacedFinding[];
  readonly migrations: readonly ForeseenMigration[];
  readonly scripts: readonly ForeseenScript[];
}

/** `no-go` when something must not run as it stands. */
export interface Foresight extends Foreseen {
  readonly verdict: 'go' | 'no-go';
}

export function foresightOf(parts: readonly Foreseen[]): Foresight {
  const findings = parts.flatMap((part) => part.findings);
  const isRefused = findings.some(({ severity }) => severity === 'error');
  return {
    verdict: isRefused ? 'no-go' : 'go',
    findings,
    migrations: parts.flatMap((part) => part.migrations),
    scripts: parts.flatMap((part) => part.scripts),
  };
}
