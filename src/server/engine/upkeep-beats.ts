import type { BackupUpkeep } from '../../engine/backup-upkeep.ts';
import type { FlagCollector } from '../../engine/flag-collector.ts';
import type { Intake } from '../../engine/ports/intake.ts';
import type { TickLog } from '../../engine/ports/tick-log.ts';
import type { Heart } from './heart.ts';

/** How often foreign flags are looked at, and what is old is forgotten. Milliseconds. */
const flagsEveryMs = 1_000;
const forgetEveryMs = 60_000;
const sweepEveryMs = 600_000;

/** Reports of instances are kept for as long as one might be sent again. Milliseconds. */
const keepReportsMs = 3_600_000;

/** What ticks took in is kept for a day; what a decision was made from is kept for ever. */
const keepTicksMs = 86_400_000;

/** Keeps copies of foreign flags new, and the store free of what is old. */
export class UpkeepBeats {
  constructor(
    heart: Heart,
    flags: FlagCollector,
    intake: Intake,
    ticks: TickLog,
    backups: BackupUpkeep,
  ) {
    heart.every('flags', flagsEveryMs, () => flags.collect());
    heart.every('forget', forgetEveryMs, () => intake.forget(keepReportsMs));
    heart.every('backups', sweepEveryMs, () => backups.sweep());
    heart.every('forget ticks', forgetEveryMs, () => ticks.forget(keepTicksMs));
  }
}
