import { CrossfadeError } from '../../core/errors.ts';
import { forecast } from '../../core/judge/forecast/forecast.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { usualHarms } from '../../core/simulation/simulated-harm.ts';
import type { SimulatedTraffic } from '../../core/simulation/simulated-service.ts';
import type { Simulation } from '../../core/simulation/simulation.ts';
import { checkOffline } from '../check-offline.ts';
import { type AskedOfServer, checkOnServer } from '../check-on-server.ts';
import { exitStatus } from '../exit-status.ts';
import { counted } from '../faults.ts';
import type { Foresight } from '../plan/foresight.ts';
import { playPlan } from '../play-plan.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { checkText } from '../views/check-text.ts';
import type { CheckedPart } from '../views/checked-part.ts';
import { linesOf } from '../views/lines-of.ts';
import { planText } from '../views/plan-text.ts';
import { simulationWords } from '../views/simulation-text.ts';
import { foresee } from './plan.ts';
import { inputOf, type SimulatedTrafficOptions, trafficToSimulate } from './simulate.ts';
import { numberOf } from './traffic-options.ts';

export interface CheckOptions extends SimulatedTrafficOptions, AskedOfServer {
  readonly rollouts: string;
  readonly output: OutputForm;
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
    ...(await simulated(policies, traffic, options, terminal)),
    ...(await checkOnServer(options, policies, terminal)),
  ];
  const verdict = parts.some((part) => part.verdict === 'no-go') ? 'no-go' : 'go';
  const names = policies.map(({ name }) => name);
  const shown = {
    data: { verdict, policies: names, parts },
    table: () => checkText(names, verdict, parts),
    names: () => names.map((name) => `rolloutpolicy/${name}`),
  };
  show(options.output, shown, terminal);
  return verdict === 'go' ? exitStatus.ok : exitStatus.error;
}

async function trafficOf(
  options: CheckOptions,
  terminal: Terminal,
): Promise<SimulatedTraffic | null> {
  const { rate, recorded, prometheus, like } = options;
  const isKnown = [rate, recorded, prometheus, like].some((one) => one !== undefined);
  return isKnown ? trafficToSimulate(options, terminal) : null;
}

/** For the target where one is named and can be asked, else by the files alone. */
async function planned({ file, target }: CheckOptions, terminal: Terminal): Promise<CheckedPart> {
  const offline = { file, server: '18' };
  if (target !== undefined) {
    try {
      return plannedPart(await foresee({ ...offline, target }, terminal), []);
    } catch (error) {
      if (!(error instanceof CrossfadeError) || error.code === 'invalidInput') throw error;
      const apology = `by the files alone, not for ${target}: ${error.message}`;
      return plannedPart(await foresee(offline, terminal), [apology]);
    }
  }
  return plannedPart(await foresee(offline, terminal), []);
}

const plannedPart = (foresight: Foresight, apology: readonly string[]): CheckedPart => ({
  part: 'plan',
  verdict: foresight.verdict,
  told: [...linesOf(planText(foresight)), ...apology],
});

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

/** One policy after another: each of them is played on all processors. */
async function simulated(
  policies: readonly Policy[],
  traffic: SimulatedTraffic | null,
  options: CheckOptions,
  terminal: Terminal,
): Promise<readonly CheckedPart[]> {
  const parts: CheckedPart[] = [];
  for (const policy of policies) {
    parts.push(await simulatedPart(policy, traffic, options, terminal));
  }
  return parts;
}

async function simulatedPart(
  policy: Policy,
  traffic: SimulatedTraffic | null,
  options: CheckOptions,
  terminal: Terminal,
): Promise<CheckedPart> {
  if (traffic === null) return { part: 'simulate', verdict: 'unknown', told: [noTraffic] };
  const rollouts = Math.round(numberOf('--rollouts', options.rollouts, [1, 10_000]));
  const plan = { seed: 1, rollouts, harms: usualHarms, harmed: Math.min(20, rollouts) };
  const told = await playPlan(inputOf(policy, traffic), plan, terminal);
  return { part: 'simulate', verdict: verdictOn(told, policy), told: simulationWords(told) };
}

/** More false rollbacks than were budgeted for, even at the best, or a person in every second one. */
function verdictOn({ healthy }: Simulation, { evidence }: Policy): 'go' | 'no-go' {
  const [atLeast] = healthy.rolledBack.interval;
  const isStopped = 2 * healthy.waited.count > healthy.waited.of;
  return atLeast > evidence.falseRollbackBudget || isStopped ? 'no-go' : 'go';
}
