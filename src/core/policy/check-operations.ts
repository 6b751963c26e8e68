import { fault, type Finding } from './finding.ts';
import type { Policy } from './policy.ts';

/** Each new column once, and each old column fed by one new column only. */
export function checkOperations({ schemaMigration }: Policy): Finding[] {
  const taken = new Set<string>();
  return schemaMigration.operations.flatMap((operation, index) => {
    const { table, column, down } = operation;
    const at = ['schemaMigration', 'operations', index, 'addColumn'];
    const findings = takeOnce(taken, `${table}.${column}`, [...at, 'column'], 'is added');
    for (const fed of Object.keys(down)) {
      const path = [...at, 'down', fed];
      findings.push(...takeOnce(taken, `${table}.${fed}`, path, 'is added or fed'));
    }
    return findings;
  });
}

function takeOnce(taken: Set<string>, place: string, at: Finding['path'], what: string): Finding[] {
  if (!taken.has(place)) {
    taken.add(place);
    return [];
  }
  return [fault(at, `column \`${place}\` ${what} by an earlier operation`)];
}
