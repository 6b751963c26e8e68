import type { OldStatement } from '../../core/schema-migration/trace/old-statements.ts';
import type { DocumentOf, PolicyDocument } from '../document.ts';
import { namedDocuments } from '../named-documents.ts';
import type { Context } from './context.ts';

type Service = DocumentOf<'Service'>;

/** What a service says that it runs. */
export function statementsOf({ spec }: Service): readonly OldStatement[] {
  return (spec.statements ?? []).map(({ sql, calls = null }) => ({ sql, calls }));
}

/** What every service of some documents says that it runs. */
export function statementsIn(documents: readonly PolicyDocument[]): readonly OldStatement[] {
  return documents.flatMap((one) => (one.kind === 'Service' ? statementsOf(one) : []));
}

/** What the services of a policy say that they run, as far as these are known. */
export function statementsOfPolicy(
  policy: DocumentOf<'RolloutPolicy'>,
  context: Context,
): readonly OldStatement[] {
  return statementsIn(servicesOf(policy, context));
}

/**
 * What is run by those that a schema migration is for: the services of the policies that carry it out, or all that
 * use its target where no policy does so yet.
 */
export function statementsOfMigration(
  migration: DocumentOf<'SchemaMigration'>,
  context: Context,
): readonly OldStatement[] {
  const policies = context
    .all('RolloutPolicy')
    .filter(
      ({ project, spec }) =>
        spec.schemaMigration === migration.name &&
        context.find('SchemaMigration', project, migration.name) === migration,
    );
  if (policies.length === 0) return statementsIn(usersOf(migration, context));
  const services = policies.flatMap((policy) => servicesOf(policy, context));
  return statementsIn([...new Set(services)]);
}

function servicesOf(policy: DocumentOf<'RolloutPolicy'>, context: Context): readonly Service[] {
  return namedDocuments(policy).flatMap(({ kind, project, name }) => {
    const found = kind === 'Service' ? context.find('Service', project, name) : null;
    return found === null ? [] : [found];
  });
}

/** A target by this name may be another one in another project. */
function usersOf(
  { project, spec: { target } }: DocumentOf<'SchemaMigration'>,
  context: Context,
): readonly Service[] {
  const own = context.find('Target', project, target);
  return context
    .all('Service')
    .filter(
      (service) =>
        service.spec.target === target && context.find('Target', service.project, target) === own,
    );
}
