// `npm run check`: every route says by @For(…) who may call it. The server refuses to start with one
// that does not; this says so without building it.
import { globSync, readFileSync } from 'node:fs';

const route = /^ +@(Get|Post|Put|Patch|Delete|All|Options|Head)\(.*/m;
let faults = 0;
for (const file of globSync('src/server/**/*.controller.ts')) {
  const [head = '', ...body] = readFileSync(file, 'utf8').split(/^export class /m);
  if (head.includes('\n@For(')) continue;
  // A method ends with a brace in its column, or is empty.
  for (const method of body.join('').split(/^ {2}\}$|\{\}$/m)) {
    const [decorator] = route.exec(method) ?? [];
    if (decorator === undefined || method.includes('@For(')) continue;
    faults += 1;
    const words = `say by @For(…) who may call it (src/server/auth/access.ts)`;
    process.stderr.write(`${file}: ${decorator.trim()}: ${words}\n`);
  }
}
process.exitCode = faults === 0 ? 0 : 1;
