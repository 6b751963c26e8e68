import 'reflect-metadata';
import { CrossfadeError } from './core/errors.ts';
import { Config } from './server/config.ts';
import { serve } from './server/serve.ts';

try {
  await serve(Config.read(process.env));
} catch (error) {
  const expected = error instanceof CrossfadeError;
  process.stderr.write(`${expected ? error.message : String((error as Error).stack)}\n`);
  process.exit(1);
}
