import type { TargetWorks } from '../schema-migration/target-works.ts';

/** The databases that schema migrations run on, by the name of their Target document. */
export abstract class Targets {
  /** Opens the target, or returns the open one. Throws `notFound` or `unavailable`. */
  abstract open(name: string): Promise<TargetWorks>;

  abstract close(): Promise<void>;
}
