import { expect, it } from '@jest/globals';
import { TargetSqlError } from '../engine/ports/target-database.ts';
import { Silence } from '../../test/support/silence.ts';
import { ProblemFilter } from './problem.filter.ts';

class Filter extends ProblemFilter {
  of(error: unknown) {
    return this.problemOf(error);
  }
}

it.each([
  ['42P01', 'the target refuses it: relation "crossfade.history" does not exist', 409],
  ['42501', 'the target refuses it: relation "crossfade.history" does not exist', 409],
  // Such a message may hold a value of a row.
  ['22007', 'something went wrong inside; the log has the details', 500],
])('what a target says with %s leaves as: %s', (sqlState, detail, status) => {
  const filter = new Filter(new Silence());
  const fault = new TargetSqlError('relation "crossfade.history" does not exist', sqlState, null);
  expect(filter.of(fault)).toMatchObject({ detail, status });
});
