import { type ReactNode, useState } from 'react';
import type { ListedAlert } from '../../core/protocol/alert-list.ts';
import { useOrder } from '../api/rollout-queries.ts';
import { Confirm } from '../design/confirm.tsx';

interface DismissDialogProps {
  readonly alert: Pick<ListedAlert, 'id'>;
  readonly policy: string;
  readonly close: () => void;
}

/** Takes this occurrence of an alert off the mind of one rollout, with a reason for others. */
export function DismissDialog({ alert, policy, close }: DismissDialogProps): ReactNode {
  const [reason, setReason] = useState('');
  const order = useOrder(policy);
  return (
    <Confirm
      title={`Dismiss the alert for ${policy}`}
      means="It neither holds this rollout nor rolls it back, until it fires anew."
      act="Dismiss"
      ready={reason.trim() !== ''}
      pending={order.isPending}
      error={order.error}
      onConfirm={() =>
        order.mutate({ verb: 'dismiss', reason, alert: alert.id }, { onSuccess: close })
      }
      close={close}
    >
      <label>
        Reason
        <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
      </label>
    </Confirm>
  );
}
