import { parseArgs } from 'node:util';
import { carryOut } from './check.ts';
import { checksOfContact } from './checks-of-contact.ts';
import { checksOfRouting } from './checks-of-routing.ts';

// `npm run conformance -- --command 'python3 my_client.py' [--only WORDS]`: runs every check against a
// client that is started anew for each. Ends with one line, and 1 unless all of them passed.
const { values } = parseArgs({
  options: { command: { type: 'string' }, only: { type: 'string', default: '' } },
});
const { command, only } = values;
if (command === undefined) {
  process.stderr.write("usage: npm run conformance -- --command 'COMMAND' [--only WORDS]\n");
  process.exit(2);
}

let failed = 0;
const checks = [...checksOfRouting, ...checksOfContact].filter(({ name }) => name.includes(only));
for (const check of checks) {
  const fault = await carryOut(check, command).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (fault !== null) failed += 1;
  process.stdout.write(
    fault === null ? `ok    ${check.name}\n` : `FAIL  ${check.name}\n${fault}\n`,
  );
}
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && checks.length > 0 ? 0 : 1;
