// `npm test`: everything that must hold, each thing once. Prepares the machine, builds, checks the
// house, runs the specs, and ends with one line `N passed, N failed` over all of it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, constants, setPriority, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { requirePackages } from './debian-packages.mjs';

// Nothing is skipped for want of a package: without it nothing is run.
// It has named what is missing: a run without it would skip specs and look green.
if (!requirePackages()) process.exit(1);

const root = resolve(import.meta.dirname, '..');
// Specs start the command line and the server hundreds of times: what node has compiled is kept.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compiled');
const reports = mkdtempSync(join(tmpdir(), 'crossfade-reports-'));
const total = { passed: 0, failed: 0 };

await step('build', process.execPath, ['scripts/ensure-built.mjs']);
// A spec that talks to servers waits for nearly half of its time: three of them keep two cores busy, and the
// house is checked in the pauses that are left.
const workers = Math.ceil(1.5 * availableParallelism());
const order = '--testSequencer=./test/support/run-order.mjs';
await Promise.all([
  step('check', 'npm', ['run', '-s', 'check'], constants.priority.PRIORITY_LOW),
  specs('specs', ['unit', 'integration', 'e2e'], [`--maxWorkers=${workers}`, order]),
]);
await specs('unhurried stories', ['unhurried'], ['--maxWorkers=2']);
await specs('timed stories', ['timed'], ['--runInBand']);

rmSync(reports, { recursive: true });
process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);

/** @param {string} name @param {string} program @param {string[]} options @param {number} [priority] */
async function step(name, program, options, priority) {
  const began = performance.now();
  const succeeded = await execute(program, options, priority);
  total[succeeded ? 'passed' : 'failed'] += 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${succeeded ? 'PASS' : 'FAIL'} ${name} (${seconds} s)\n`);
}

/**
 * A suite that cannot even be loaded is one failure, and so is a skipped spec: nothing is skipped.
 * @param {string} name @param {string[]} projects @param {string[]} options
 */
async function specs(name, projects, options) {
  const report = join(reports, `${projects.join('-')}.json`);
  const jest = ['run', '-s', 'jest', '--', '--selectProjects', ...projects, '--ci', ...options];
  const succeeded = await execute('npm', [...jest, '--json', `--outputFile=${report}`]);
  if (!existsSync(report)) {
    total.failed += 1;
    process.stdout.write(`FAIL ${name}: jest ended without a report\n`);
    return;
  }
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = counts.numPendingTests + counts.numTodoTests;
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites + skipped;
  if (skipped > 0) process.stdout.write(`FAIL ${name}: ${skipped} specs are skipped\n`);
  total.passed += counts.numPassedTests;
  // Jest may fail beside its specs, for example in a global teardown.
  total.failed += failed === 0 && !succeeded ? 1 : failed;
}

/**
 * Stdout carries what a reader of the log wants; jest writes its JSON there too, so that is dropped.
 * @param {string} program @param {string[]} options
 * @param {number} [priority] its own and that of all that it starts
 * @returns {Promise<boolean>} whether it succeeded
 */
function execute(program, options, priority) {
  const stdout = options.includes('--json') ? 'ignore' : 'inherit';
  const child = spawn(program, options, { cwd: root, stdio: ['ignore', stdout, 'inherit'] });
  if (priority !== undefined && child.pid !== undefined) setPriority(child.pid, priority);
  return new Promise((done) => {
    child.on('error', (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      done(false);
    });
    child.on('close', (status) => done(status === 0));
  });
}
