import type { ReceivedMessage, Refusals } from '../../core/received/series-point.ts';

/** How a message is written. */
export type MessageForm = 'protobuf' | 'json';

/** The words in which applications send metrics. */
export abstract class MetricsProtocol {
  /** Throws `invalidInput` for what is no message. */
  abstract decode(body: Buffer, form: MessageForm): ReceivedMessage;

  /** What is answered when a message was taken in, all of it or in part. */
  abstract answer(refused: Refusals, form: MessageForm): Buffer;

  /** What is answered when it was not. */
  abstract status(message: string, form: MessageForm): Buffer;
}
