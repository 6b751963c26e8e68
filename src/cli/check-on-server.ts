import { CrossfadeError } from '../core/errors.ts';
import type { Policy } from '../core/policy/policy.ts';
import { ApiClient } from './api-client.ts';
import { askDoctor, isAtFault } from './commands/doctor.ts';
import { rehearsed } from './commands/rehearse.ts';
import { connectionOf } from './connection.ts';
import { readFiles } from './read-files.ts';
import { plainPaint, type Terminal } from './terminal.ts';
import type { CheckedPart } from './views/checked-part.ts';
import { cohortText } from './views/cohort-text.ts';
import { linesOf } from './views/lines-of.ts';
import { rehearsalText } from './views/rehearsal-text.ts';
import { targetCheckText } from './views/target-check-text.ts';

/** What a server is asked about some files. */
export interface AskedOfServer {
  readonly file: readonly string[];
  /** The one target to ask about, and to rehearse on; without it those of the policies are only looked at. */
  readonly target?: string;
  /** What the version in use runs, for the rehearsal. */
  readonly statements?: string;
}

type Answer = Omit<CheckedPart, 'part'>;

/** What only a server can tell: whom it moves, what is in the way, what is out of order, what a rehearsal finds. */
export async function checkOnServer(
  asking: AskedOfServer,
  policies: readonly Policy[],
  terminal: Terminal,
): Promise<readonly CheckedPart[]> {
  const targets = asking.target === undefined ? policies.map((one) => one.target) : [asking.target];
  return [
    await asked('cohort', () => cohortLines(asking, terminal)),
    ...(await Promise.all(
      [...new Set(targets)].map((target) =>
        asked('target', () => looked(target, policies, terminal)),
      ),
    )),
    await asked('doctor', () => diagnosed(asking, terminal)),
    await asked('rehearse', () => tried(asking, terminal)),
  ];
}

async function cohortLines({ file }: AskedOfServer, terminal: Terminal): Promise<Answer> {
  const files = await readFiles(file, terminal);
  const cohorts = await new ApiClient(connectionOf(terminal.env)).cohorts({ files });
  return { verdict: 'go', told: cohorts.flatMap((cohort) => linesOf(cohortText(cohort))) };
}

/** Of what is applied for the target only what these files are about: another's trouble is no reason not to go. */
async function looked(
  target: string,
  policies: readonly Policy[],
  terminal: Terminal,
): Promise<Answer> {
  const view = await new ApiClient(connectionOf(terminal.env)).check(target);
  const own = new Set(policies.map(({ schemaMigration }) => schemaMigration.name));
  const checks = view.checks.filter(({ migration }) => migration === null || own.has(migration));
  if (checks.length === 0) return { verdict: 'unknown', told: [notApplied(target)] };
  const findings = checks.flatMap((one) => one.findings);
  const isBlocked = findings.some(({ severity }) => severity === 'blocks');
  const told = linesOf(targetCheckText({ ...view, checks }, plainPaint));
  return { verdict: isBlocked ? 'no-go' : 'go', told };
}

const notApplied = (target: string): string =>
  `nothing of these files is applied, or left to do, on ${target}: what it would meet there, plan says with --target ${target}`;

/** Only what is not in order is told row by row: the whole is for `crossfade doctor`. */
async function diagnosed({ file, target }: AskedOfServer, terminal: Terminal): Promise<Answer> {
  const rows = await askDoctor({ file, ...(target === undefined ? {} : { target }) }, terminal);
  const amiss = rows.filter(({ standing }) => standing !== 'ok');
  const told = amiss.map(
    ({ part, subject, standing, message }) => `${standing}  ${part} ${subject}: ${message}`,
  );
  const well = `${rows.length - amiss.length} of ${rows.length} in order`;
  return { verdict: isAtFault(rows) ? 'no-go' : 'go', told: [well, ...told] };
}

const noTarget = 'it reads the tables of a target: name one by --target to have it tried there';

/** A rehearsal is work for the target, so nobody gets one without having asked for it. */
async function tried(
  { file, target, statements }: AskedOfServer,
  terminal: Terminal,
): Promise<Answer> {
  if (target === undefined) return { verdict: 'unknown', told: [noTarget] };
  const old = statements === undefined ? {} : { statements };
  const answer = await rehearsed({ file, target, ...old }, terminal, Number.POSITIVE_INFINITY);
  const reports = (answer?.rehearsals ?? []).flatMap(({ report }) =>
    report === null ? [] : [report],
  );
  const isGood = reports.every(({ verdict }) => verdict === 'passed');
  const told = reports.flatMap((report) => linesOf(rehearsalText(report)));
  return { verdict: isGood ? 'go' : 'no-go', told };
}

/** What a server says; where none can be asked, or it refuses, why not. */
async function asked(part: CheckedPart['part'], ask: () => Promise<Answer>): Promise<CheckedPart> {
  try {
    return { part, ...(await ask()) };
  } catch (error) {
    if (!(error instanceof CrossfadeError)) throw error;
    return { part, verdict: 'unknown', told: [error.message] };
  }
}
