import { oneOf } from './one-of.ts';

/** The direction in which values are declared not to come back. */
export const lossy = oneOf('up', 'down', 'both');
