import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conversions } from '../../../src/cli/commands/init-conversions.fixture.ts';
import { CrossfadeError } from '../../../src/core/errors.ts';
import type { SchemaMigration } from '../../../src/core/schema-migration/schema-migration.ts';
import { readMigrations } from '../../../src/language/read-migrations.ts';
import { beforeMigrations, convertFile } from '../../support/converted-file.ts';
import { relationsOf } from '../../support/relations-of.ts';
import { runCommand } from '../../support/run-command.ts';
import { ShopTarget } from '../../support/shop-target.ts';

/** What a rehearsal has against a file, and rightly: what init did not convert has to be done by hand before. */
const refused: Readonly<Record<string, string>> = {
  'user-role.ts': 'users.role has the type "user_role_enum", which the target does not know.',
};

describe('migration files as people write them, through init, lint and rehearse', () => {
  let shop: ShopTarget;
  let scratch = '';

  beforeAll(async () => {
    shop = await ShopTarget.on(beforeMigrations, []);
    scratch = mkdtempSync(join(tmpdir(), 'crossfade-files-'));
  });
  afterAll(async () => {
    rmSync(scratch, { recursive: true });
    await shop.close();
  });

  async function faultsOf(id: string, migration: SchemaMigration): Promise<string> {
    const { rehearsals } = shop.target.works;
    const asked = { id, migration, statements: null };
    try {
      let kept = await rehearsals.advance(asked, 60_000);
      while (kept === null) kept = await rehearsals.advance(asked, 60_000);
      return kept.report.faults.map(({ code, message }) => `${code}: ${message}`).join('\n');
    } catch (error) {
      if (error instanceof CrossfadeError) return error.message;
      throw error;
    }
  }

  it.each(Object.entries(conversions))('%s', async (name, { becomes, refused: reasons = [] }) => {
    const converted = await convertFile(name);
    // What is not converted says why.
    expect(converted.status).toBe(reasons.length === 0 ? 0 : 1);
    for (const reason of reasons) expect(converted.err).toContain(reason);
    if (becomes.length === 0) return;
    const policy = join(scratch, `${name}.yaml`);
    writeFileSync(policy, converted.out);
    expect(await runCommand(`lint -f ${policy}`)).toMatchObject({ status: 0 });
    const [written] = readMigrations([{ name: policy, text: converted.out }]);
    if (written === undefined) throw new Error(`${name} holds no migration`);
    const { admin } = shop.target;
    const before = await relationsOf(admin);
    expect(await faultsOf(name, written.migration)).toBe(refused[name] ?? '');
    expect(await relationsOf(admin)).toEqual(before);
  });
});
