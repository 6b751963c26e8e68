// `npm run generate`: writes every file, or part of one, that is made from code. Specs fail when
// one is older than its source.
import { readFileSync, writeFileSync } from 'node:fs';
import { describeConfig } from '../src/server/config.ts';
import { sdkProtocolText } from '../src/language/sdk-protocol.ts';
import './write-api-document.mjs';
import './write-policy-schema.mjs';

writeFileSync(new URL('../docs/protocol/openapi.json', import.meta.url), sdkProtocolText());

const readme = new URL('../README.md', import.meta.url);
const before = readFileSync(readme, 'utf8');
const marked = /(<!-- config:begin -->)[^]*(<!-- config:end -->)/;
if (!marked.test(before)) throw new Error('README.md has no config:begin and config:end markers');
// A function, because a text would have its `$` interpreted.
writeFileSync(
  readme,
  before.replace(marked, (_, begin, end) => `${begin}\n\n${describeConfig()}\n\n${end}`),
);
