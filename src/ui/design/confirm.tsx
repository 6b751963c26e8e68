import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { Notice } from './notice.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What will happen, said before it does. */
  readonly means: string;
  /** The word on the button that does it. */
  readonly act: string;
  readonly grave?: boolean | undefined;
  /** False while something must still be typed. */
  readonly ready?: boolean;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly close: () => void;
  /** Fields. */
  readonly children?: ReactNode;
}

/** Says what will happen before it does, and stays open with the answer when it is refused. */
export function Confirm(props: ConfirmProps): ReactNode {
  const { title, means, act, grave, ready = true, pending, error, close, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onConfirm();
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby={id}>
      <form onSubmit={submit}>
        <h3 id={id}>{title}</h3>
        <p>{means}</p>
        {children}
        {error !== null && <Notice tone="bad">{error.message}</Notice>}
        <div className="dialog-end">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            className={`button button-main${grave === true ? ' button-grave' : ''}`}
            disabled={pending || !ready}
          >
            {pending ? 'Asking …' : act}
          </button>
        </div>
      </form>
    </dialog>
  );
}
