import type { ReactNode } from 'react';
import type { ApprovalView } from '../../core/protocol/rollout-view.ts';
import { Notice } from '../design/notice.tsx';
import { clock } from '../words/time-words.ts';

interface ApprovalNoticeProps {
  readonly approval: ApprovalView;
  readonly now: number;
}

/** Who must agree before the step is left, who has, and until when that counts. */
export function ApprovalNotice({ approval, now }: ApprovalNoticeProps): ReactNode {
  const { role, quorum, given, missing, isAsked } = approval;
  if (!isAsked && given.length === 0) return null;
  return (
    <Notice tone={missing > 0 ? 'warn' : 'quiet'}>
      <b>
        {given.length} of {quorum} agreed:{' '}
      </b>
      {given.length === 0
        ? `nobody yet; ${role} in this project is asked`
        : given.map(({ by, until }) => `${by} until ${clock(until, now)}`).join(', ')}
    </Notice>
  );
}
