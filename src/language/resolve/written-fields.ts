import type { GuardInput } from '../kinds/guard.ts';
import type { StepInput } from '../kinds/step.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a step says itself, under the names of a resolved step. */
export function writtenInStep(input: StepInput): Fields {
  const [said = {}] = Object.values(input).filter((one) => one !== undefined) as Fields[];
  // A share is so many percent or so many units, and a ring is a step by the ring's name.
  const { to, name, ...rest } = said;
  return {
    kind: true,
    percent: to,
    size: to === undefined ? undefined : true,
    ring: name,
    ...rest,
  };
}

/** What an item adds to the step before it. */
export function writtenInGate({ approve, drill }: StepInput): Fields {
  return approve === undefined ? { drill } : { approval: approve };
}

/** What a guard says itself, under the names of a resolved guard. */
export function writtenInGuard(input: GuardInput): Fields {
  if (typeof input === 'string') return { name: true, compare: true };
  if ('compare' in input) {
    const { source, ...rest } = input as Fields;
    return { ...rest, source: source === undefined ? undefined : asSource(source as Fields) };
  }
  const { threshold, ...rest } = input as Fields;
  const { max, ...said } = asSource(threshold as Fields);
  return { ...rest, ...said, threshold: true, max, maxRows: max };
}

function asSource({ prometheus, ...said }: Fields): Fields {
  return { ...said, provider: prometheus };
}
