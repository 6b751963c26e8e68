export { CrossfadeError } from '../core/errors.ts';
export type { RouteRow, Side, Stage } from '../core/protocol/route.ts';
export { createCrossfade } from './client.ts';
export type {
  Crossfade,
  CrossfadeStatus,
  Migration,
  MigrationStatus,
  ReadCall,
  WriteCall,
} from './crossfade.ts';
export type { CrossfadeOptions } from './options.ts';
