import { CrossfadeError } from '../../core/errors.ts';
import type { ReceivedMessage, Refusals } from '../../core/received/series-point.ts';
import { type MessageForm, MetricsProtocol } from '../../engine/ports/metrics-protocol.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { encodeAnswer, encodeStatus } from './encode-answer.ts';
import { MalformedMessage } from './wire-reader.ts';

/** OTLP 1.x, metrics, as it is sent over HTTP. */
export class OtlpProtocol extends MetricsProtocol {
  override decode(body: Buffer, form: MessageForm): ReceivedMessage {
    try {
      return form === 'json' ? decodeJson(body.toString('utf8')) : decodeProtobuf(body);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      const words = `no ExportMetricsServiceRequest in ${form}: ${error.message}`;
      throw new CrossfadeError('invalidInput', words, { cause: error });
    }
  }

  override answer(refused: Refusals, form: MessageForm): Buffer {
    return encodeAnswer(refused, form);
  }

  override status(message: string, form: MessageForm): Buffer {
    return encodeStatus(message, form);
  }
}
