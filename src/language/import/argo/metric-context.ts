import type { Path } from '../../source/located.ts';
import type { Draft } from '../draft.ts';
import type { Providers } from '../providers.ts';

/** Where a metric stands and where its guards go. */
export interface MetricContext {
  readonly path: Path;
  /** Named by `dryRun`: it may not fail the run. */
  readonly silent: boolean;
  readonly draft: Draft;
  readonly providers: Providers;
}
