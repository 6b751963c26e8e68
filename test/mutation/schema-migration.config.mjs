import judge from '../../stryker.config.mjs';

const folder = 'src/core/schema-migration';

/** What only writes SQL: whether SQL is right a server alone can tell, so specs against one hold it. */
const writesSql = [
  '{backup,guard,list-pair,restore,table-pair}/**',
  '{changed-in,describe-row,expression-settings,fill-trigger,in-step,index-marks,key-sql,lead-to,movement}.ts',
  '{orphaned-rows,pair-function,put-aside,put-table-aside,range-sql,return-borders,round-trip,rule}.ts',
  '{sync-trigger,table-files,target-schema,trash-note,unit-rows,version-views}.ts',
  'carry/carried-{column,constraint}.ts',
  'emit/migration-block.ts',
  'foreign/foreign-{history,note,rows}.ts',
  'history/history-table.ts',
  'operations/tried-index.ts',
  'preflight/{broken-rows,left-behind,operation-checks}.ts',
  'rehearsal/{rehearsal-table,rehearsed-migration}.ts',
];

/** The mutation run over what decides about schema migrations. */
export default {
  ...judge,
  mutate: [
    `${folder}/**/*.ts`,
    ...writesSql.map((files) => `!${folder}/${files}`),
    `${folder}/restore/may-restore.ts`,
    '!**/*.spec.ts',
    '!**/*.fixture.ts',
  ],
  specs: {
    files: [
      `${folder}/**/*.spec.ts`,
      'src/adapters/pg-parser/*.spec.ts',
      'src/cli/plan/foresee-*.spec.ts',
    ],
    but: [],
  },
  thresholds: { ...judge.thresholds, low: 60, break: 60 },
};
