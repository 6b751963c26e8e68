import type { Path } from '../../source/located.ts';
import type { Draft } from '../draft.ts';
import type { Providers } from '../providers.ts';
import type { Canary } from './schema.ts';
import type { TemplateLibrary } from './template-library.ts';

/** What the metrics of one canary share. */
export interface CanaryContext {
  readonly canary: Canary;
  readonly path: Path;
  readonly draft: Draft;
  readonly providers: Providers;
  readonly templates: TemplateLibrary;
}
