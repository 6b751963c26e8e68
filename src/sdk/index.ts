export { CrossfadeError } from '../core/errors.ts';
export type { RouteRow, Side, Stage } from '../core/protocol/route.ts';
export { createCrossfade } from './client.ts';
export { Crossfade } from './crossfade.ts';
export { migration } from './process-client.ts';
export type { MismatchSample } from './comparison-log.ts';
export type {
  CrossfadeStatus,
  Migration,
  MigrationStatus,
  ReadCall,
  Savepoint,
  UnitId,
  WriteCall,
} from './crossfade.ts';
export { isShadow } from './shadow-scope.ts';
export type { CrossfadeOptions } from './options.ts';
