import type { Policy } from '../policy/policy.ts';
import { count } from '../judge/wording.ts';
import type { DoctorRow } from '../protocol/doctor-view.ts';
import type { ListedInstance } from '../protocol/instance-list.ts';
import { faulty, fine, warns } from './doctor-row.ts';

type Served = Pick<Policy, 'name' | 'route' | 'services'>;

/** Whether the instances are there that each policy's rollout would wait for. What is the same for several stands once. */
export function serviceRows(
  policies: readonly Served[],
  instances: readonly ListedInstance[],
): readonly DoctorRow[] {
  const rows = policies
    .filter(({ route }) => route !== 'none')
    .flatMap((policy) =>
      policy.services.map((service) => {
        const live = instances.filter(
          (one) => one.service === service.name && one.state === 'live',
        );
        const behind = instances.filter((one) => one.service === service.name && one.straggler);
        return rowOf(policy.name, service, live, behind);
      }),
    );
  return [...new Map(rows.map((row) => [`${row.subject}: ${row.message}`, row])).values()];
}

function rowOf(
  policy: string,
  { name, atLeast }: Policy['services'][number],
  live: readonly ListedInstance[],
  behind: readonly ListedInstance[],
): DoctorRow {
  const knowing = live.filter(({ migrations }) =>
    migrations.some(({ migration }) => migration === policy),
  );
  const seen = `${live.length} of at least ${atLeast} seen${versionWords(live)}`;
  if (live.length < atLeast) {
    const remedy = `Start ${name} with its SDK and a token of scope sdk, or lower atLeast of the Service.`;
    return faulty('service', name, seen, remedy);
  }
  if (knowing.length < atLeast) {
    const message = `${seen}, ${knowing.length} implement ${policy}`;
    const remedy = `Deploy the code that knows both sides of ${policy}; until then a rollout holds.`;
    return faulty('service', name, message, remedy);
  }
  if (behind.length > 0) {
    const named = behind.slice(0, 3).map(({ instance }) => instance);
    const message = `${seen}, ${count(behind.length, 'straggler', 'stragglers')}: ${named.join(', ')}`;
    return warns('service', name, message, `Look at them: crossfade instances ${name}`);
  }
  return fine('service', name, `${seen}, all implement ${policy}`);
}

/** Two versions are two answers to who is there; more than a few are counted. */
function versionWords(live: readonly ListedInstance[]): string {
  const versions = [...new Set(live.flatMap(({ version }) => version ?? []))].toSorted();
  if (versions.length === 0) return '';
  const rest = versions.length > 3 ? ` and ${versions.length - 3} more` : '';
  return ` (${versions.slice(0, 3).join(', ')}${rest})`;
}
