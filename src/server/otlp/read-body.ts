import { HttpException } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Most bytes as they are sent, and after inflation; what a Collector sends at once is far below. */
const mostSent = 8 * 2 ** 20;
const mostInflated = 32 * 2 ** 20;

const inflate = promisify(gunzip);

/** A body within its limits. Throws HTTP 413 beyond them, 400 and 415 for what cannot be inflated. */
export async function readBody(request: Readable, encoding: string): Promise<Buffer> {
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new HttpException(
      `the encoding ${encoding.slice(0, 40)} is not understood; use gzip`,
      415,
    );
  }
  const sent = await readSent(request);
  if (encoding === 'identity') return sent;
  try {
    return await inflate(sent, { maxOutputLength: mostInflated });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(`${mostInflated} bytes after inflation`);
    }
    throw new HttpException('the body is not gzip, as its Content-Encoding says', 400);
  }
}

async function readSent(request: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostSent) throw tooLarge(`${mostSent} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(limit: string): HttpException {
  return new HttpException(`a message may have ${limit}; send fewer points at once`, 413);
}
