import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever looks at Crossfade hears at each commit what has changed. A notification names the thing, and never
 * holds it: it is a hint where to look.
 */
export class AnnounceChanges1796450000000 implements MigrationInterface {
  name = 'AnnounceChanges1796450000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of functions) await runner.query(statement);
    for (const { table, when, call } of watched) {
      await runner.query(
        `CREATE TRIGGER announce_change AFTER ${when}
        EXECUTE FUNCTION crossfade_state.announce_${call}`.replace('TABLE', table),
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of watched) {
      await runner.query(`DROP TRIGGER announce_change ON crossfade_state.${table}`);
    }
    for (const name of ['rollout', 'flag', 'document', 'alert']) {
      await runner.query(`DROP FUNCTION crossfade_state.announce_${name}()`);
    }
  }
}

const announcing = (name: string, body: string): string =>
  `CREATE FUNCTION crossfade_state.announce_${name}() RETURNS trigger LANGUAGE plpgsql AS
   $body$ BEGIN ${body} RETURN NULL; END $body$`;

const functions = [
  // A tick may write a rollout, its decision and the answer to a command: the same words are sent once.
  announcing(
    'rollout',
    `PERFORM pg_notify('crossfade_change', json_build_object(
       'kind', 'rollout', 'name', r.policy, 'project', p.body->>'project')::text)
     FROM crossfade_state.rollout r
     JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
     WHERE r.id = coalesce(to_jsonb(NEW)->>'rollout_id', to_jsonb(NEW)->>'id');`,
  ),
  announcing(
    'flag',
    `PERFORM pg_notify('crossfade_change', json_build_object(
       'kind', NEW.kind, 'name', left(NEW.name, 500), 'project', coalesce(
         (SELECT p.body->>'project' FROM crossfade_state.rollout r
          JOIN crossfade_state.policy p ON p.name = r.policy AND p.revision = r.policy_revision
          WHERE NEW.kind = 'route' AND r.policy = NEW.served ORDER BY r.attempt DESC LIMIT 1),
         NEW.project))::text);`,
  ),
  announcing(
    'document',
    `PERFORM pg_notify('crossfade_change', json_build_object(
       'kind', 'document', 'name', left(NEW.name, 500), 'project', NEW.project)::text);`,
  ),
  // Whose alert it is depends on the policies; that there was one is no secret.
  announcing(
    'alert',
    `PERFORM pg_notify('crossfade_change', '{"kind":"alert","name":"","project":null}');`,
  ),
];

const watched = [
  {
    table: 'rollout',
    when: 'INSERT OR UPDATE OF state ON crossfade_state.TABLE FOR EACH ROW',
    call: 'rollout()',
  },
  { table: 'decision', when: 'INSERT ON crossfade_state.TABLE FOR EACH ROW', call: 'rollout()' },
  {
    table: 'command',
    when: 'INSERT OR UPDATE ON crossfade_state.TABLE FOR EACH ROW',
    call: 'rollout()',
  },
  {
    table: 'flag_change',
    when: 'INSERT OR UPDATE ON crossfade_state.TABLE FOR EACH ROW',
    call: 'flag()',
  },
  {
    table: 'document',
    when: 'INSERT OR UPDATE ON crossfade_state.TABLE FOR EACH ROW',
    call: 'document()',
  },
  {
    table: 'alert',
    when: 'INSERT OR UPDATE OF status ON crossfade_state.TABLE FOR EACH STATEMENT',
    call: 'alert()',
  },
];
