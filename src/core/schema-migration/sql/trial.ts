const BEGIN = 'SAVEPOINT crossfade_tried';
const END = 'RELEASE SAVEPOINT crossfade_tried';

/** Goes there and back, and leaves nothing: a `down` that fails would be found out in the middle of a rollback. */
export function trialOf(expand: readonly string[], down: readonly string[]): readonly string[] {
  if (down.length === 0) return [];
  return [BEGIN, ...expand, ...down, 'ROLLBACK TO SAVEPOINT crossfade_tried', END];
}

/** For a block of PL/pgSQL, which knows no savepoints: what is carried out there has been tried before. */
export function withoutTrials(statements: readonly string[]): readonly string[] {
  const begin = statements.indexOf(BEGIN);
  if (begin < 0) return statements;
  const rest = statements.slice(statements.indexOf(END, begin) + 1);
  return [...statements.slice(0, begin), ...withoutTrials(rest)];
}
