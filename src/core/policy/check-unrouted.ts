import { fault, type Finding } from './finding.ts';
import { isCompareGuard } from './guard.ts';
import type { Policy } from './policy.ts';

/** What a policy that routes nobody must not ask for: there are no units to tell apart. */
export function checkUnrouted({ steps, guards, rings, pinned }: Policy): Finding[] {
  const routed = steps.flatMap(({ kind }, index) => {
    if (kind !== 'shadow' && kind !== 'ring' && kind !== 'count' && kind !== 'share') return [];
    const message = `\`${kind === 'count' ? 'share' : kind}\` moves units, and \`route: none\` routes nobody; leave one of the two out`;
    return [fault(['steps', index], message)];
  });
  const compared = guards.flatMap((guard, index) => {
    if (!isCompareGuard(guard)) return [];
    const message = `\`compare\` needs two cohorts, and \`route: none\` routes nobody; write a \`threshold\``;
    return [fault(['guards', index], message)];
  });
  const named = [
    ...(rings.length > 0 ? ['rings'] : []),
    ...(pinned.old.length > 0 ? ['pinned'] : []),
  ].map((key) =>
    fault(
      [key],
      `\`${key}\` names units, and \`route: none\` routes nobody; leave one of the two out`,
    ),
  );
  return [...routed, ...compared, ...named];
}
