import type { Cancel } from './timing.ts';

interface Activity {
  running: number;
  readonly watches: Set<WriteWatch>;
}

/** Says whether a write of the unit was running at any moment since the watch began. */
export interface WriteWatch {
  overlapped: boolean;
  /** Ends the watch; must be called once. */
  end(): void;
}

/** Knows which units are being written, for as long as a write or a watch of theirs lasts. */
export class UnitWrites {
  readonly #active = new Map<string, Activity>();

  /** A write of the unit began; the returned function says that it ended. */
  begin(unit: string): Cancel {
    const activity = this.#of(unit);
    activity.running += 1;
    markAll(activity);
    return () => {
      activity.running -= 1;
      markAll(activity);
      this.#forget(unit, activity);
    };
  }

  watch(unit: string): WriteWatch {
    const activity = this.#of(unit);
    const watch: WriteWatch = {
      overlapped: activity.running > 0,
      end: () => {
        activity.watches.delete(watch);
        this.#forget(unit, activity);
      },
    };
    activity.watches.add(watch);
    return watch;
  }

  #of(unit: string): Activity {
    let activity = this.#active.get(unit);
    if (activity === undefined) {
      activity = { running: 0, watches: new Set() };
      this.#active.set(unit, activity);
    }
    return activity;
  }

  #forget(unit: string, activity: Activity): void {
    if (activity.running > 0 || activity.watches.size > 0) return;
    if (this.#active.get(unit) === activity) this.#active.delete(unit);
  }
}

function markAll(activity: Activity): void {
  for (const watch of activity.watches) watch.overlapped = true;
}
