/** A question as it travels to a child process. */
export interface Question {
  readonly id: number;
  readonly ask: string;
  readonly payload: unknown;
}

/** What a child sends: once `ready`, then `note`s by itself and an `answer` to each question. */
export type ChildMessage =
  | { readonly kind: 'ready'; readonly payload: unknown }
  | { readonly kind: 'note'; readonly payload: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly payload: unknown };

export type Answers = Readonly<Record<string, (payload: never) => unknown>>;

/**
 * The child's end of the channel. A child whose parent is gone ends itself, so that not even a
 * kill -9 of the demo leaves one behind; Ctrl-C reaches it too and is left to the parent.
 */
export function answerParent(answers: Answers): void {
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (question: Question) => {
    void answer(answers, question);
  });
}

export function sendToParent(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

async function answer(answers: Answers, question: Question): Promise<void> {
  const handler = answers[question.ask];
  if (handler === undefined) throw new Error(`nobody answers "${question.ask}" here`);
  const payload = await handler(question.payload as never);
  sendToParent({ kind: 'answer', id: question.id, payload });
}
