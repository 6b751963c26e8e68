import { type ReactNode, useState } from 'react';
import type { RolloutView } from '../../core/protocol/rollout-view.ts';
import { useOrder } from '../api/rollout-queries.ts';
import { Confirm } from '../design/confirm.tsx';
import { Icon, type IconName } from '../design/icon.tsx';
import { isOver } from '../words/rollout-words.ts';

interface VerbLook {
  readonly icon: IconName;
  readonly words: string;
  /** What will happen, said before it does. */
  readonly means: string;
  readonly grave?: boolean;
}

/** Words for the verbs; which of them there are, the server says. One without words shows its name. */
const looks: Readonly<Record<string, VerbLook>> = {
  start: { icon: 'play', words: 'Start again', means: 'A new attempt begins with the first step.' },
  pause: {
    icon: 'pause',
    words: 'Pause',
    means: 'Nothing moves forward until a person resumes it. It may still step down by itself.',
  },
  resume: {
    icon: 'play',
    words: 'Resume',
    means: 'The machine goes on from this step, and bakes it anew.',
  },
  rollback: {
    icon: 'back',
    words: 'Roll back',
    grave: true,
    means: 'Everybody goes back to the old side. Nothing that was written is lost.',
  },
  promote: {
    icon: 'play',
    words: 'Promote',
    means: 'The step ends now, without the rest of its bake. Harm still rolls back.',
  },
  approve: {
    icon: 'check',
    words: 'Approve',
    means: 'The step may be left. The machine goes on when as many agree as the policy asks for.',
  },
  abort: {
    icon: 'cross',
    words: 'Abort',
    grave: true,
    means: 'Everybody goes back to the old side, and this attempt is given up with its shape.',
  },
  freeze: {
    icon: 'freeze',
    words: 'Freeze',
    means: 'Nothing moves, neither forward nor back, until a person unfreezes it.',
  },
  unfreeze: {
    icon: 'play',
    words: 'Unfreeze',
    means: 'The machine goes on from where it stands, and may roll back again.',
  },
  drill: {
    icon: 'back',
    words: 'Fire drill',
    means: 'One unit goes to the new side and back, and both ways are measured.',
  },
  complete: {
    icon: 'lock',
    words: 'Complete',
    grave: true,
    means: 'The old shape is taken away. After that no rollback is possible.',
  },
};

/** What a person may do now. */
export function Actions({ view }: { readonly view: RolloutView }): ReactNode {
  const [asked, setAsked] = useState<string | null>(null);
  const verbs: readonly string[] =
    isOver(view) && view.phase !== 'completed' ? ['start'] : (view.can ?? []);
  return (
    <div className="actions">
      {verbs.map((verb) => {
        const { icon, words, grave } = lookOf(verb);
        const className = grave === true ? 'button button-grave' : 'button';
        return (
          <button key={verb} type="button" className={className} onClick={() => setAsked(verb)}>
            <Icon name={icon} />
            {words}
          </button>
        );
      })}
      {asked !== null && <OrderDialog view={view} verb={asked} close={() => setAsked(null)} />}
    </div>
  );
}

function lookOf(verb: string): VerbLook {
  return looks[verb] ?? { icon: 'dot', words: verb, means: 'The next tick answers it.' };
}

interface OrderDialogProps {
  readonly view: RolloutView;
  readonly verb: string;
  readonly close: () => void;
}

/** Takes a reason, and what else the verb wants. */
function OrderDialog({ view, verb, close }: OrderDialogProps): ReactNode {
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const order = useOrder(view.policy);
  const { words, means, grave } = lookOf(verb);
  const needsName = verb === 'complete';
  const send = (): void => {
    const confirm = needsName ? { confirm: typed } : {};
    order.mutate({ verb, reason, ...confirm }, { onSuccess: close });
  };
  return (
    <Confirm
      title={`${words}: ${view.policy}`}
      means={means}
      act={words}
      grave={grave}
      ready={!needsName || typed === view.policy}
      pending={order.isPending}
      error={order.error}
      onConfirm={send}
      close={close}
    >
      {verb !== 'start' && (
        <label>
          Reason
          <input
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            maxLength={500}
          />
        </label>
      )}
      {needsName && (
        <label>
          Type {view.policy} to confirm
          <input value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
      )}
    </Confirm>
  );
}
