import type { Population } from './population.ts';
import type { Cast, Episode, Fault } from './world.ts';

function everyone(chance: Episode['chance']): () => readonly Episode[] {
  return () => [{ struck: 'new', units: null, chance }];
}

/** So many more of the requests fail, from so many seconds after the first exposure on. */
export function stepUp(chance: number, onset = 0): Fault {
  const points = `+${Number((100 * chance).toPrecision(3))}pp`;
  return {
    name: onset === 0 ? points : `${points} from ${onset / 60} min on`,
    onset,
    episodes: everyone((at) => (at >= onset ? chance : 0)),
  };
}

function ofCulprit(chance: number): Fault['episodes'] {
  return ({ culprit }: Cast) => [
    {
      struck: 'new',
      units: new Set(culprit === null ? [] : [culprit]),
      chance: (at) => (at >= 0 ? chance : 0),
    },
  ];
}

/** The unit whose part of the traffic is nearest to `part`. */
function nearestTraffic(part: number): (population: Population) => number {
  const distance = (traffic: number): number => Math.abs(Math.log(traffic / part));
  return ({ traffic }) =>
    traffic.reduce(
      (best, size, unit) => (distance(size) < distance(traffic[best] ?? 0) ? unit : best),
      0,
    );
}

export const tenthPoint = stepUp(0.001);
export const onePoint = stepUp(0.01);
export const tenPoints = stepUp(0.1);
export const fiftyPoints = stepUp(0.5);
export const lateOnset = stepUp(0.01, 1_500);

export const slowRamp: Fault = {
  name: 'ramp to +1pp in 30 min',
  onset: 0,
  episodes: everyone((at) => 0.01 * Math.max(0, Math.min(1, at / 1_800))),
};

export const intermittent: Fault = {
  name: '+10pp for 20 s every 120 s',
  onset: 0,
  episodes: everyone((at) => (at >= 0 && at % 120 < 20 ? 0.1 : 0)),
};

export const largeUnit: Fault = {
  name: 'one large unit (6% of traffic), 20% errors',
  onset: 0,
  culprit: { choose: nearestTraffic(0.06), place: 0 },
  episodes: ofCulprit(0.2),
};

export const smallUnit: Fault = {
  name: 'one small unit (0.05% of traffic), all errors',
  onset: 0,
  culprit: { choose: nearestTraffic(0.0005), place: 0 },
  episodes: ofCulprit(1),
};
