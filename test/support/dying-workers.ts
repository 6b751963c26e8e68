import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { FaultPoint } from '../../src/engine/ports/fault-points.ts';
import type { JobKind, JobState } from '../../src/core/schema-migration/job.ts';
import type { Random } from './seeded-random.ts';
import type { ShopTarget } from './shop-target.ts';

/** A part that was carried out although workers died. */
interface Survived {
  readonly state: JobState;
  /** Where workers died of kill -9, in processes of their own. */
  readonly points: readonly string[];
  readonly deaths: number;
}

/**
 * Lets workers die, one after the other, at moments that nobody chose; the last one may live.
 * CROSSFADE_TEST_SEED draws other moments.
 * @param passed the fault points that a worker passes who lives, in their order; none: whichever come
 */
export async function throughDeaths(
  shop: ShopTarget,
  kind: JobKind,
  random: Random,
  most = 2,
  passed: readonly FaultPoint[] = [],
): Promise<Survived> {
  await shop.target.ensure(kind, shop.migration);
  const points: string[] = [];
  while (points.length < most) {
    const moment =
      passed.length === 0 ? String(1 + Math.floor(random() * 12)) : drawn(passed, random);
    const args = [resolve('test/fixtures/target-worker.ts'), shop.target.url, moment];
    const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    worker.stdout.on('data', (data) => (told += String(data)));
    const [, signal] = (await once(worker, 'close')) as [number, string];
    await shop.admin('UPDATE crossfade.job SET lease_until = now(), due_at = now()');
    if (signal !== 'SIGKILL') break;
    points.push(told);
  }
  return { state: await shop.run(kind), points, deaths: points.length };
}

/** Each kind of moment is as likely as any other, and so is each of its passages: `contract.beforeCommit:1`. */
function drawn(passed: readonly FaultPoint[], random: Random): string {
  const points = [...new Set(passed)];
  const point = points[Math.floor(random() * points.length)];
  const times = passed.filter((one) => one === point).length;
  return `${point ?? ''}:${1 + Math.floor(random() * times)}`;
}
