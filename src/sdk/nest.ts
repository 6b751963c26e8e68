export { CrossfadeModule } from './nest/crossfade-module.ts';
export type { CrossfadeModuleOptions } from './nest/crossfade-module.ts';
