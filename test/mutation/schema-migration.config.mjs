import judge from '../../stryker.config.mjs';

/**
 * The mutation run over what decides about schema migrations. What only writes SQL is left out: whether SQL is right
 * a server alone can tell, so integration specs hold it.
 */
export default {
  ...judge,
  mutate: ['src/core/schema-migration/**/*.ts', '!**/*.spec.ts', '!**/*.fixture.ts'],
  specs: {
    files: ['src/core/schema-migration/**/*.spec.ts', 'src/adapters/pg-parser/*.spec.ts'],
    but: [],
  },
};
