/** Stands in for `@jest/globals` where specs are run without jest: see `spec-runner.ts`. */
export { expect } from 'expect';
export { describe, it } from './specs.ts';
