import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { completionScript } from '../../src/cli/completion/script.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossfade-completion-'));
  await writeFile(join(folder, 'policy.yaml'), '');
  await writeFile(join(folder, 'crossfade.fish'), completionScript('fish'));
  await writeFile(join(folder, '_crossfade'), completionScript('zsh'));
});

beforeEach(() => rm(join(folder, 'asked'), { force: true }));

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the command was asked, word by word. */
async function asked(): Promise<string> {
  return (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n').at(-1) ?? '';
}

/** A shell that begins with nothing of who runs the spec. */
function run(shell: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { PATH = '' } = process.env;
  const bare = { PATH, HOME: folder, ZDOTDIR: folder, TERM: 'xterm', ...env };
  return execFileSync(shell, [...args], { encoding: 'utf8', cwd: folder, env: bare });
}

describe('fish', () => {
  function suggested(line: string, answer: string): readonly string[] {
    const script = `function crossfade; string join ' ' -- $argv >>asked; ${answer}; end
source crossfade.fish
complete --do-complete ${JSON.stringify(line)}`;
    return run('fish', ['--no-config', '-c', script]).split('\n').filter(Boolean);
  }

  it('suggests what the command says, of the words up to the cursor', async () => {
    const words = 'printf "%s\\n" status start why';
    expect(suggested('crossfade -o json st', words)).toEqual(['start', 'status']);
    expect(await asked()).toBe('__complete -- -o json st');
    expect(suggested('crossfade ', words)).toEqual(['start', 'status', 'why']);
    expect(suggested('crossfade pause x', 'true')).toEqual([]);
  });

  it('completes names of files by itself', () => {
    expect(suggested('crossfade apply -f pol', 'echo :files')).toEqual(['policy.yaml']);
  });
});

describe('zsh', () => {
  /** What the line has become once the tab key was pressed in an interactive zsh. */
  async function completed(line: string, answer: string, install: string): Promise<string> {
    await writeFile(
      join(folder, 'setup.zsh'),
      `PROMPT=; unsetopt beep
${install}
crossfade() { print -r -- "$*" >>asked; ${answer}; }
show() { print -r -- "$BUFFER" >line; BUFFER=exit; zle accept-line; }
zle -N show; bindkey '^X' show; bindkey '^I' complete-word
print re''ady
`,
    );
    const keys = `zmodload zsh/zpty; zpty inner zsh -f -i; zpty -w inner 'source ./setup.zsh'
zpty -r inner seen '*ready*'; zpty -n -w inner "$LINE"$'\\t\\x18'
while zpty -r inner seen; do :; done`;
    run('zsh', ['-f', '-c', keys], { LINE: line });
    return (await readFile(join(folder, 'line'), 'utf8')).replace(/\n$/, '');
  }

  const begin = 'autoload -Uz compinit && compinit -u -D';
  const sourced = `${begin}\nsource ./_crossfade`;
  const installed = `fpath=("$PWD" $fpath)\n${begin}`;

  it.each([
    ['sourced', sourced],
    ['found in a folder of $fpath', installed],
  ])('completes what the command says, with the script %s', async (_, install) => {
    const words = 'print -l status start why';
    expect(await completed('crossfade -o json stat', words, install)).toBe(
      'crossfade -o json status ',
    );
    expect(await asked()).toBe('__complete -- -o json stat');
  });

  it('completes names of files by itself, and nothing where nothing is said', async () => {
    const file = await completed('crossfade apply -f pol', 'print :files', sourced);
    expect(file).toBe('crossfade apply -f policy.yaml ');
    expect(await completed('crossfade pause x', 'true', sourced)).toBe('crossfade pause x');
  });
});
