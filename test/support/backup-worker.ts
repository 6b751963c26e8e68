import { BackupDirectory } from '../../src/adapters/backup-files/backup-directory.ts';
import { KillPoint } from '../../src/adapters/system/kill-points.ts';
import { openTargetPostgres } from '../../src/adapters/target-postgres/open-target-postgres.ts';
import { TargetWorks } from '../../src/engine/schema-migration/target-works.ts';

/** Works on a target's jobs until it kills itself at a fault point: `URL FOLDER POINT`. */
const [url = '', folder = '', point = ''] = process.argv.slice(2);
const works = new TargetWorks(
  openTargetPostgres(url),
  new KillPoint(point),
  new BackupDirectory(folder),
);
for (;;) {
  await works.work('mortal', 1_000, new AbortController().signal);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
