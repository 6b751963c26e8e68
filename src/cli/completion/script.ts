export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/**
 * What a shell is to source. All three ask the command itself what may stand where the cursor is, so that they
 * know every verb that there is; a name of a file is the shell's own to complete.
 */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

const bash = `# crossfade completion bash: source it, or put it into /etc/bash_completion.d
_crossfade() {
  local IFS=$'\\n' found
  found=$(crossfade __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "$found" = ":files" ]; then
    compopt -o default
    COMPREPLY=()
  else
    COMPREPLY=($(compgen -W "$found" -- "\${COMP_WORDS[COMP_CWORD]}"))
  fi
}
complete -F _crossfade crossfade
`;

const zsh = `#compdef crossfade
# crossfade completion zsh: source it, or put it as _crossfade into a folder of $fpath
_crossfade() {
  local -a found
  found=("\${(@f)$(crossfade __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "$found" == ":files" ]]; then
    _files
  else
    compadd -- $found
  fi
}
# Out of a folder of $fpath the file itself is what is asked the first time.
if [[ "\${funcstack[1]}" == _crossfade ]]; then
  _crossfade
else
  compdef _crossfade crossfade
fi
`;

const fish = `# crossfade completion fish: source it, or put it into ~/.config/fish/completions/crossfade.fish
function __crossfade_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (crossfade __complete -- $words[2..-1] 2>/dev/null)
  if test "$found" = ":files"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c crossfade -f -a '(__crossfade_complete)'
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
