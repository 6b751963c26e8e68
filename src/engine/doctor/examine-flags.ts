import { faulty, fine } from '../../core/doctor/doctor-row.ts';
import { count } from '../../core/judge/wording.ts';
import type { DoctorRow } from '../../core/protocol/doctor-view.ts';
import type { FlagProviders } from '../effect-executor.ts';
import type { InstanceOverview } from '../instance-overview.ts';
import { failed } from './doctor.ts';
import type { Examination } from './examination.ts';

/** Crossfade's own flag service with whoever follows it, and every other flag system that it writes to. */
export function examineFlags(providers: FlagProviders, overview: InstanceOverview): Examination {
  return {
    part: 'flags',
    async look(): Promise<readonly DoctorRow[]> {
      const others = Object.keys(providers).filter((name) => name !== 'crossfade');
      return [await own(overview), ...(await Promise.all(others.map((name) => system(name))))];
    },
  };

  async function system(name: string): Promise<DoctorRow> {
    try {
      const standing = await providers[name]?.standing();
      const { words = name, lacks = [] } = standing ?? {};
      if (lacks.length === 0) return fine('flags', name, `${words}: may do all that is needed`);
      const remedy = 'Give them to the identity that the token is of, and let nobody else use it.';
      return faulty('flags', name, `${words}: missing ${lacks.join(', ')}`, remedy);
    } catch (error) {
      return failed('flags', name, error);
    }
  }
}

async function own(overview: InstanceOverview): Promise<DoctorRow> {
  const { instances } = await overview.list(null);
  const live = instances.filter(({ state }) => state === 'live');
  const words = live.length === 0 ? 'nobody' : count(live.length, 'instance', 'instances');
  return fine('flags', 'crossfade', `serves; ${words} connected`);
}
