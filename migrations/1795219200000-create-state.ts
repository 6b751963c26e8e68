import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Crossfade's own state: documents, rollouts, what was observed, what was decided and what is to be done. */
export class CreateState1795219200000 implements MigrationInterface {
  name = 'CreateState1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DROP TABLE crossfade_state.${table}`);
    await runner.query('DROP FUNCTION crossfade_state.now()');
    await runner.query('DROP TABLE crossfade_state.clock');
    await runner.query('DROP SEQUENCE crossfade_state.flag_revision');
  }
}

const tables = [
  'audit',
  'token',
  'instance',
  'evidence',
  'observation',
  'command',
  'effect',
  'decision',
  'judge',
  'flag',
  'rollout',
  'policy',
  'document',
];

const statements = [
  // Time is a port: database time plus an offset that only tests move.
  `CREATE TABLE crossfade_state.clock (
     singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
     offset_ms bigint NOT NULL DEFAULT 0
   )`,
  `INSERT INTO crossfade_state.clock DEFAULT VALUES`,
  `CREATE FUNCTION crossfade_state.now() RETURNS bigint LANGUAGE sql VOLATILE AS
     'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + offset_ms FROM crossfade_state.clock'`,
  `CREATE TABLE crossfade_state.document (
     kind text NOT NULL,
     project text NOT NULL,
     name text NOT NULL,
     revision text NOT NULL,
     body jsonb NOT NULL,
     applied_by text NOT NULL,
     applied_at bigint NOT NULL,
     PRIMARY KEY (kind, project, name)
   )`,
  `CREATE TABLE crossfade_state.policy (
     name text NOT NULL,
     revision text NOT NULL,
     body jsonb NOT NULL,
     created_at bigint NOT NULL,
     PRIMARY KEY (name, revision)
   )`,
  `CREATE TABLE crossfade_state.rollout (
     id text PRIMARY KEY,
     policy text NOT NULL,
     policy_revision text NOT NULL,
     attempt integer NOT NULL,
     phase text NOT NULL,
     ended boolean NOT NULL,
     state jsonb NOT NULL,
     fence bigint NOT NULL DEFAULT 0,
     lease_owner text,
     lease_until bigint NOT NULL DEFAULT 0,
     due_at bigint,
     created_at bigint NOT NULL,
     UNIQUE (policy, attempt),
     FOREIGN KEY (policy, policy_revision) REFERENCES crossfade_state.policy (name, revision)
   )`,
  `CREATE UNIQUE INDEX rollout_one_active ON crossfade_state.rollout (policy) WHERE NOT ended`,
  `CREATE INDEX rollout_due ON crossfade_state.rollout (due_at) WHERE due_at IS NOT NULL`,
  `CREATE TABLE crossfade_state.judge (
     rollout_id text PRIMARY KEY REFERENCES crossfade_state.rollout (id),
     state jsonb NOT NULL
   )`,
  `CREATE TABLE crossfade_state.decision (
     rollout_id text NOT NULL REFERENCES crossfade_state.rollout (id),
     seq bigint GENERATED ALWAYS AS IDENTITY,
     fence bigint NOT NULL,
     at bigint NOT NULL,
     body jsonb NOT NULL,
     PRIMARY KEY (rollout_id, seq),
     UNIQUE (rollout_id, fence)
   )`,
  `CREATE TABLE crossfade_state.effect (
     rollout_id text NOT NULL REFERENCES crossfade_state.rollout (id),
     key text NOT NULL,
     body jsonb NOT NULL,
     fence bigint NOT NULL,
     state text NOT NULL DEFAULT 'pending',
     attempts integer NOT NULL DEFAULT 0,
     due_at bigint NOT NULL,
     last_error text,
     done_at bigint,
     PRIMARY KEY (rollout_id, key)
   )`,
  `CREATE INDEX effect_due ON crossfade_state.effect (due_at) WHERE state <> 'done'`,
  `CREATE TABLE crossfade_state.command (
     id text PRIMARY KEY,
     rollout_id text NOT NULL REFERENCES crossfade_state.rollout (id),
     verb text NOT NULL,
     requested_by text NOT NULL,
     reason text,
     request_id text UNIQUE,
     at bigint NOT NULL,
     answered_at bigint,
     accepted boolean,
     answer text
   )`,
  `CREATE INDEX command_open ON crossfade_state.command (rollout_id, at) WHERE answered_at IS NULL`,
  `CREATE SEQUENCE crossfade_state.flag_revision`,
  `CREATE TABLE crossfade_state.flag (
     name text PRIMARY KEY,
     provider text NOT NULL,
     migration text NOT NULL,
     spec jsonb NOT NULL,
     version bigint NOT NULL,
     edited boolean NOT NULL DEFAULT false,
     enabled boolean NOT NULL,
     revision bigint NOT NULL,
     changed_by text NOT NULL,
     changed_at bigint NOT NULL
   )`,
  `CREATE TABLE crossfade_state.observation (
     rollout_id text PRIMARY KEY REFERENCES crossfade_state.rollout (id),
     target jsonb NOT NULL
   )`,
  `CREATE TABLE crossfade_state.instance (
     instance text PRIMARY KEY,
     service text NOT NULL,
     implements text[] NOT NULL,
     acknowledged jsonb NOT NULL,
     max_stale_ms bigint NOT NULL,
     seq bigint NOT NULL,
     seen_at bigint NOT NULL
   )`,
  `CREATE TABLE crossfade_state.evidence (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     migration text NOT NULL,
     instance text NOT NULL,
     seq bigint NOT NULL,
     piece bigint NOT NULL,
     received_at bigint NOT NULL,
     body jsonb NOT NULL,
     judged boolean NOT NULL DEFAULT false,
     UNIQUE (instance, seq, piece)
   )`,
  `CREATE INDEX evidence_unjudged ON crossfade_state.evidence (migration, id) WHERE NOT judged`,
  `CREATE INDEX evidence_age ON crossfade_state.evidence (received_at)`,
  `CREATE TABLE crossfade_state.token (
     id text PRIMARY KEY,
     scope text NOT NULL,
     hash text NOT NULL,
     created_at bigint NOT NULL
   )`,
  `CREATE TABLE crossfade_state.audit (
     id bigserial PRIMARY KEY,
     at bigint NOT NULL,
     actor text NOT NULL,
     action text NOT NULL,
     subject text NOT NULL,
     detail jsonb NOT NULL
   )`,
  // Nobody rewrites history, not even Crossfade.
  `CREATE RULE audit_no_update AS ON UPDATE TO crossfade_state.audit DO INSTEAD NOTHING`,
  `CREATE RULE audit_no_delete AS ON DELETE TO crossfade_state.audit DO INSTEAD NOTHING`,
];
