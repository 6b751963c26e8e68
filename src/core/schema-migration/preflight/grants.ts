import { quoteExisting } from '../identifier.ts';
import type { Operation } from '../operation.ts';
import type { SchemaMigration } from '../schema-migration.ts';
import { Rights } from './rights.ts';
import type { OwnedFacts, TableFacts, TargetFacts } from './target-facts.ts';

/** One right that the role needs. */
export interface Grant {
  /** The statement that gives it, to be run by an administrator of the target. */
  readonly sql: string;
  /** What it is needed for, as the end of "is needed to …". */
  readonly purpose: string;
  /** True when the role has it today, by whatever way. */
  readonly held: boolean;
}

/** What the role is to do. */
export interface Task {
  /** Null for what every target needs, before any schema migration is known. */
  readonly migration: SchemaMigration | null;
  /** True when a backup is restored into temporary tables. */
  readonly scratch: boolean;
}

/**
 * Every right that the role needs for a task, none more. Membership in a table's owner is asked for
 * in the form that brings no SET ROLE; of a superuser's table the ownership itself is, since a
 * superuser's rights are everybody's.
 */
export function grantsFor(facts: TargetFacts, task: Task): readonly Grant[] {
  const rights = new Rights(facts);
  return [
    ...rolesOwn(facts),
    ...onDatabase(facts, rights, task),
    statistics(facts, rights),
    ...ownership(facts, rights),
    ...ofForeign(facts, rights),
    ...onSchemas(facts, rights, task),
    ...onTables(facts, rights),
    ...onOthers(facts, rights),
    ...onTypes(facts, rights),
  ];
}

/** The rights that are missing today, once each. */
export function missing(grants: readonly Grant[]): readonly Grant[] {
  const known = new Map(grants.filter(({ held }) => !held).map((grant) => [grant.sql, grant]));
  return [...known.values()];
}

const roleName = ({ role }: TargetFacts): string => quoteExisting(role.name);

function rolesOwn(facts: TargetFacts): readonly Grant[] {
  const { role, server, tables } = facts;
  const name = roleName(facts);
  const forced = tables.filter(({ rls }) => rls.forced).map((table) => table.name);
  const existence = role.exists
    ? { sql: `ALTER ROLE ${name} LOGIN`, purpose: 'connect', held: role.login }
    : { sql: `CREATE ROLE ${name} LOGIN`, purpose: 'connect', held: false };
  const inherit = {
    sql: `ALTER ROLE ${name} INHERIT`,
    purpose: 'use the rights of the roles that it is a member of',
    held: role.inherits || role.superuser,
  };
  const bypass = {
    sql: `ALTER ROLE ${name} BYPASSRLS`,
    purpose: `see every row of ${forced.join(', ')}, which forces row-level security on its owner`,
    held: role.bypassesRls || role.superuser,
  };
  return [
    existence,
    // From 16 on each membership says so itself.
    ...(server.version < 160_000 ? [inherit] : []),
    ...(forced.length > 0 ? [bypass] : []),
  ];
}

function onDatabase(facts: TargetFacts, rights: Rights, task: Task): readonly Grant[] {
  const { database } = facts.access;
  const grant = (privilege: string, purpose: string): Grant => ({
    sql: `GRANT ${privilege} ON DATABASE ${database.name} TO ${roleName(facts)}`,
    purpose,
    held: rights.may(database, privilege),
  });
  const named = task.migration === null ? '' : `, ${task.migration.from}, ${task.migration.to}`;
  return [
    grant('CONNECT', 'connect'),
    grant('CREATE', `create the schemas crossfade${named}`),
    ...(task.scratch ? [grant('TEMPORARY', 'restore a backup into temporary tables')] : []),
  ];
}

function statistics(facts: TargetFacts, rights: Rights): Grant {
  return {
    sql: `GRANT "pg_read_all_stats" TO ${roleName(facts)}`,
    purpose: 'see who holds locks, how long transactions last and how far replicas are behind',
    held: rights.is('pg_read_all_stats'),
  };
}

function ownership(facts: TargetFacts, rights: Rights): readonly Grant[] {
  return facts.tables.map((table) => {
    const held = rights.is(table.owner);
    const purpose = `change ${table.name}, which ${table.owner} owns`;
    const sql = isSuperuser(facts, table.owner)
      ? `ALTER TABLE ${table.name} OWNER TO ${roleName(facts)}`
      : membership(facts, table.owner);
    return { sql, purpose, held };
  });
}

/** What an earlier role of Crossfade's made, or the application's own views of a version. */
function ofForeign(facts: TargetFacts, rights: Rights): readonly Grant[] {
  return facts.access.foreign
    .filter(({ owner }) => !rights.is(owner))
    .map(({ kind, name }) => ({
      sql: `ALTER ${kind} ${name} OWNER TO ${roleName(facts)}`,
      purpose: `work on ${name}`,
      held: false,
    }));
}

/** SET is not needed, and would let the role become the owner. */
function membership(facts: TargetFacts, owner: string): string {
  const options = facts.server.version < 160_000 ? '' : ' WITH INHERIT TRUE, SET FALSE';
  return `GRANT ${quoteExisting(owner)} TO ${roleName(facts)}${options}`;
}

const isSuperuser = ({ access }: TargetFacts, owner: string): boolean =>
  access.owners.some(({ name, superuser }) => name === owner && superuser);

/** Operations that make, rename or move a relation in the schema of the tables. */
const CREATES: ReadonlySet<Operation['operation']> = new Set([
  'addPrimaryKey',
  'addUnique',
  'createIndex',
  'createTable',
  'renameTable',
  'dropTable',
  'splitList',
  'splitTable',
  'sql',
]);

function onSchemas(facts: TargetFacts, rights: Rights, task: Task): readonly Grant[] {
  const { access } = facts;
  const creates =
    task.migration?.operations.some(({ operation }) => CREATES.has(operation)) === true;
  return access.schemas.flatMap((schema) => {
    const wanted = ['USAGE', ...(creates && isHome(schema, task) ? ['CREATE'] : [])];
    return wanted.flatMap((privilege) =>
      unlessBrought(rights, schema, privilege, {
        sql: `GRANT ${privilege} ON SCHEMA ${schema.name} TO ${roleName(facts)}`,
        purpose: `${privilege === 'USAGE' ? 'reach what is' : 'make and rename tables'} in schema ${schema.name}`,
      }),
    );
  });
}

const isHome = (schema: OwnedFacts, { migration }: Task): boolean =>
  migration !== null && schema.name.replaceAll('"', '') === migration.schema;

/** An owner may have taken these from itself. */
function onTables(facts: TargetFacts, rights: Rights): readonly Grant[] {
  return facts.tables.flatMap((table) =>
    ['SELECT', 'UPDATE']
      .filter((privilege) => !comesWith(facts, table, privilege))
      .flatMap((privilege) =>
        unlessBrought(rights, table, privilege, {
          sql: `GRANT ${privilege} ON TABLE ${table.name} TO ${roleName(facts)}`,
          purpose: `${privilege === 'SELECT' ? 'read' : 'fill'} ${table.name}`,
        }),
      ),
  );
}

/** Rows that lead nowhere are looked for there, before a foreign key refuses them. */
function onOthers(facts: TargetFacts, rights: Rights): readonly Grant[] {
  return facts.access.leadTo.flatMap((table) =>
    ['SELECT', 'REFERENCES'].flatMap((privilege) =>
      unlessBrought(rights, table, privilege, {
        sql: `GRANT ${privilege} ON TABLE ${table.name} TO ${roleName(facts)}`,
        purpose: `let a foreign key lead to ${table.name}`,
      }),
    ),
  );
}

/** ALTER TABLE … OWNER hands the old owner's privileges to the new one. */
function comesWith(facts: TargetFacts, table: TableFacts, privilege: string): boolean {
  const owns = table.acl.some((one) => one.role === table.owner && one.privilege === privilege);
  return owns && isSuperuser(facts, table.owner);
}

function onTypes(facts: TargetFacts, rights: Rights): readonly Grant[] {
  const { types, plpgsql } = facts.access;
  return [
    ...types.flatMap((type) =>
      unlessBrought(rights, type, 'USAGE', {
        sql: `GRANT USAGE ON TYPE ${type.name} TO ${roleName(facts)}`,
        purpose: `name the type ${type.name} in functions`,
      }),
    ),
    ...unlessBrought(rights, plpgsql, 'USAGE', {
      sql: `GRANT USAGE ON LANGUAGE ${plpgsql.name} TO ${roleName(facts)}`,
      purpose: 'write the functions that keep both shapes in step',
    }),
  ];
}

/** A right that another grant of the list brings along is not asked for. */
function unlessBrought(
  rights: Rights,
  thing: OwnedFacts,
  privilege: string,
  grant: Omit<Grant, 'held'>,
): readonly Grant[] {
  const held = rights.may(thing, privilege);
  return held || !rights.willHave(thing, privilege) ? [{ ...grant, held }] : [];
}
