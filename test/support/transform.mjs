import swc from '@swc/jest';

// Within jest every use of a global goes through an interceptor of the sandbox, which makes arithmetic four
// times slower than it is. A constant of the module's own is looked up once; it stands on the first line,
// so that all lines keep their numbers.
const globals =
  'Array, Float64Array, Infinity, Int32Array, Map, Math, NaN, Number, Object, Set, String, Uint8Array';
const prefix = `const { ${globals} } = globalThis;`;

const { getCacheKey, process, processAsync, ...rest } = swc.createTransformer();

/** Types are stripped by swc. */
export default {
  ...rest,
  process(...file) {
    const done = process(...file);
    return { ...done, code: prefix + done.code };
  },
  async processAsync(...file) {
    const done = await processAsync(...file);
    return { ...done, code: prefix + done.code };
  },
  getCacheKey: (...file) => prefix + getCacheKey(...file),
};
