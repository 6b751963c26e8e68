#!/usr/bin/env node
import { env, stderr, stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

import { runCli } from './run-cli.ts';

// `crossfade lint … | head` closes the pipe early; that is the reader's right.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  env,
  interactive: stdout.isTTY,
  timeZone: undefined,
  out: (data) => void stdout.write(data),
  err: (message) => void stderr.write(message),
  readStdin: () => text(stdin),
  sleep: (ms) => setTimeout(ms),
});
