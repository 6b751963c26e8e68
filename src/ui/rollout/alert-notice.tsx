import { type ReactNode, useState } from 'react';
import type { AlertView } from '../../core/protocol/rollout-view.ts';
import { DismissDialog } from '../alerts/dismiss-dialog.tsx';
import { Notice } from '../design/notice.tsx';

interface AlertNoticeProps {
  readonly alert: AlertView;
  readonly policy: string;
}

/** An alert that fires and concerns the rollout; one that somebody dismissed is only shown. */
export function AlertNotice({ alert, policy }: AlertNoticeProps): ReactNode {
  const { name, source, summary, dismissed, action } = alert;
  const [asked, ask] = useState(false);
  const acts = dismissed === undefined && action !== 'notify';
  return (
    <Notice tone={acts ? 'bad' : 'quiet'}>
      <span className="concern">
        <span>
          <b>Alert {name}</b> ({source}): {summary}
          {dismissed !== undefined && ` (dismissed by ${dismissed.by}: ${dismissed.reason})`}
        </span>
        {acts && (
          <button type="button" className="quiet" onClick={() => ask(true)}>
            Dismiss
          </button>
        )}
      </span>
      {asked && <DismissDialog alert={alert} policy={policy} close={() => ask(false)} />}
    </Notice>
  );
}
