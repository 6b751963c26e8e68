// `npm run check`: types, lint, the import table, the access of every route, unused code. Two lanes at a
// time, since a machine has at least two cores; what a part says is printed whole when it has ended.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

const lanes = [['typecheck'], ['lint', 'deps', 'access', 'unused']];
const isBuilt = await succeeds(process.execPath, ['scripts/ensure-built.mjs', 'sdk']);
// Without the SDK's types every other part would only say that they are missing.
const results = isBuilt ? await Promise.all(lanes.map((parts) => inTurn(parts))) : [false];
process.exitCode = results.flat().every(Boolean) ? 0 : 1;

/** @param {readonly string[]} parts names of npm scripts @returns {Promise<boolean[]>} */
async function inTurn(parts) {
  const all = [];
  for (const part of parts) all.push(await succeeds('npm', ['run', '-s', part]));
  return all;
}

/** @param {string} program @param {string[]} options @returns {Promise<boolean>} */
function succeeds(program, options) {
  return new Promise((done) => {
    const running = spawn(program, options, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const said = [];
    running.stdout.on('data', (chunk) => said.push(chunk));
    running.stderr.on('data', (chunk) => said.push(chunk));
    running.on('error', (error) => said.push(Buffer.from(`${program}: ${error.message}\n`)));
    running.on('close', (status) => {
      process.stdout.write(Buffer.concat(said));
      done(status === 0);
    });
  });
}
