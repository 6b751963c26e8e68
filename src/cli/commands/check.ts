import { availableParallelism } from 'node:os';
import { CrossfadeError } from '../../core/errors.ts';
import { forecast } from '../../core/judge/forecast/forecast.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { usualHarms } from '../../core/simulation/simulated-harm.ts';
import type { SimulatedTraffic } from '../../core/simulation/simulated-service.ts';
import { type Simulation, summarise } from '../../core/simulation/simulation.ts';
import { ApiClient } from '../api-client.ts';
import { checkOffline } from '../check-offline.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { counted } from '../faults.ts';
import { readFiles } from '../read-files.ts';
import { simulateSeeds } from '../simulate-seeds.ts';
import { plainPaint, type Terminal } from '../terminal.ts';
import { checkText } from '../views/check-text.ts';
import type { CheckedPart } from '../views/checked-part.ts';
import { cohortText } from '../views/cohort-text.ts';
import { planText } from '../views/plan-text.ts';
import { simulationWords } from '../views/simulation-text.ts';
import { targetCheckText } from '../views/target-check-text.ts';
import { foresee } from './plan.ts';
import { inputOf, type SimulatedTrafficOptions, trafficToSimulate } from './simulate.ts';
import { numberOf } from './traffic-options.ts';

export interface CheckOptions extends Omit<SimulatedTrafficOptions, 'units'> {
  readonly file: readonly string[];
  readonly units?: string;
  readonly rollouts: string;
  readonly output: 'table' | 'json';
}

/**
 * All that can be known of some files before anything starts, on one page: `no-go` when any part says
 * so. What needs the traffic or a server is `unknown` without it.
 */
export async function check(options: CheckOptions, terminal: Terminal): Promise<number> {
  const checked = await checkOffline(options.file, terminal);
  if (checked === null) return exitStatus.invalid;
  const { policies, documents, count } = checked;
  if (policies.length === 0) {
    throw new CrossfadeError('invalidInput', 'the files hold no RolloutPolicy to check');
  }
  const good = `${counted(count, 'file')}, ${counted(documents.length, 'document')}`;
  const traffic = await trafficOf(options, terminal);
  const parts: CheckedPart[] = [
    { part: 'lint', verdict: 'go', told: [good] },
    await planned(options, terminal),
    ...policies.map((policy) => evidencePart(policy, traffic)),
    ...(await Promise.all(policies.map((policy) => simulated(policy, traffic, options)))),
    await asked('cohort', () => cohortLines(options, terminal)),
    ...(await targetParts(policies, terminal)),
  ];
  const verdict = parts.some((part) => part.verdict === 'no-go') ? 'no-go' : 'go';
  const names = policies.map(({ name }) => name);
  if (options.output === 'json') {
    terminal.out(`${JSON.stringify({ verdict, policies: names, parts }, null, 2)}\n`);
  } else terminal.out(checkText(names, verdict, parts));
  return verdict === 'go' ? exitStatus.ok : exitStatus.error;
}

async function trafficOf(
  { units, ...options }: CheckOptions,
  terminal: Terminal,
): Promise<SimulatedTraffic | null> {
  const isKnown = [options.rate, options.recorded, options.prometheus].some(
    (one) => one !== undefined,
  );
  if (!isKnown) return null;
  if (units !== undefined) return trafficToSimulate({ ...options, units }, terminal);
  throw new CrossfadeError('invalidInput', 'how many units are active? give --units, too');
}

async function planned({ file }: CheckOptions, terminal: Terminal): Promise<CheckedPart> {
  const foresight = await foresee({ file, server: '18' }, terminal);
  return { part: 'plan', verdict: foresight.verdict, told: linesOf(planText(foresight)) };
}

const noTraffic =
  'not known at what traffic: give --rate and --units, or --recorded or --prometheus';

/** Whether each step can ever be left, by calculation. */
function evidencePart(policy: Policy, traffic: SimulatedTraffic | null): CheckedPart {
  if (traffic === null) return { part: 'evidence', verdict: 'unknown', told: [noTraffic] };
  const { steps } = forecast(policy, traffic);
  const warned = steps.flatMap(({ name, warnings }) => warnings.map((one) => `${name}: ${one}`));
  if (warned.length > 0) return { part: 'evidence', verdict: 'no-go', told: warned };
  return { part: 'evidence', verdict: 'go', told: ['every step can be proven at this traffic'] };
}

async function simulated(
  policy: Policy,
  traffic: SimulatedTraffic | null,
  options: CheckOptions,
): Promise<CheckedPart> {
  if (traffic === null) return { part: 'simulate', verdict: 'unknown', told: [noTraffic] };
  const rollouts = Math.round(numberOf('--rollouts', options.rollouts, [1, 10_000]));
  const plan = { seed: 1, rollouts, harms: usualHarms, harmed: Math.min(20, rollouts) };
  const indices = Array.from({ length: rollouts }, (_, index) => index);
  const seeds = await simulateSeeds(
    inputOf(policy, traffic),
    plan,
    indices,
    availableParallelism(),
  );
  const told = summarise(plan, seeds);
  return { part: 'simulate', verdict: verdictOn(told, policy), told: simulationWords(told) };
}

/** More false rollbacks than were budgeted for, even at the best, or a person in every second one. */
function verdictOn({ healthy }: Simulation, { evidence }: Policy): 'go' | 'no-go' {
  const [atLeast] = healthy.rolledBack.interval;
  const isStopped = 2 * healthy.waited.count > healthy.waited.of;
  return atLeast > evidence.falseRollbackBudget || isStopped ? 'no-go' : 'go';
}

async function cohortLines(
  { file }: CheckOptions,
  terminal: Terminal,
): Promise<Omit<CheckedPart, 'part'>> {
  const files = await readFiles(file, terminal);
  const cohorts = await new ApiClient(connectionOf(terminal.env)).cohorts({ files });
  return { verdict: 'go', told: cohorts.flatMap((cohort) => linesOf(cohortText(cohort))) };
}

/** Each target once, however many policies change it. */
function targetParts(
  policies: readonly Policy[],
  terminal: Terminal,
): Promise<readonly CheckedPart[]> {
  const targets = [...new Set(policies.map(({ target }) => target))];
  return Promise.all(
    targets.map((target) =>
      asked('target', async () => {
        const view = await new ApiClient(connectionOf(terminal.env)).check(target);
        const findings = view.checks.flatMap((one) => one.findings);
        const isBlocked = findings.some(({ severity }) => severity === 'blocks');
        const told = linesOf(targetCheckText(view, plainPaint));
        return { verdict: isBlocked ? 'no-go' : 'go', told };
      }),
    ),
  );
}

/** What a server says; where none can be asked, why not. */
async function asked(
  part: CheckedPart['part'],
  ask: () => Promise<Omit<CheckedPart, 'part'>>,
): Promise<CheckedPart> {
  try {
    return { part, ...(await ask()) };
  } catch (error) {
    if (!(error instanceof CrossfadeError)) throw error;
    return { part, verdict: 'unknown', told: [error.message] };
  }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
