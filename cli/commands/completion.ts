import type { Command } from "../command";
import { FILES } from "../complete";
import { Exit, UsageError } from "../exit";
import { didYouMean } from "../nearest";

/** Scripts that ask `maas --complete` for the words that may come next. */
const scripts = {
    bash: `_maas() {
    local word IFS=$'\\n'
    COMPREPLY=()
    for word in $(maas --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
        if [ "$word" = "${FILES}" ]; then
            COMPREPLY+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
        else
            COMPREPLY+=("$word")
        fi
    done
}
complete -o filenames -F _maas maas`,
    zsh: `#compdef maas
_maas() {
    local -a found
    found=("\${(@f)$(maas --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
    compadd -- \${found:#(${FILES}|)}
    if (( \${found[(Ie)${FILES}]} )); then _files; fi
}
compdef _maas maas`,
    fish: `function __maas_complete
    set -l words (commandline -opc) (commandline -ct)
    for word in (maas --complete $words[2..-1] 2>/dev/null)
        if test "$word" = "${FILES}"
            __fish_complete_path (commandline -ct)
        else
            echo $word
        end
    end
end
complete -c maas -f -a '(__maas_complete)'`,
} as const;

const shells = Object.keys(scripts);

export const command: Command = {
    summary: "Print a script that completes commands, options and stacks in a shell",
    description: `maas must be on PATH: export PATH="$PWD/node_modules/.bin:$PATH".
bash: source <(maas completion bash). zsh: source <(maas completion zsh), after compinit.
fish: maas completion fish | source.`,
    arguments: [{ name: "shell", help: `one of ${shells.join(", ")}`, choices: shells }],
    withoutJson: "prints a script for a shell",
    access: [],
    run(invocation, context) {
        const shell = invocation.arguments[0]!;
        const script = Object.entries(scripts).find(([name]) => name === shell)?.[1];
        if (script === undefined) {
            throw new UsageError(
                `There is no script for ${shell}; expected one of ${shells.join(", ")}.${didYouMean(shell, shells)}`,
            );
        }
        context.out.raw(`${script}\n`);
        return Promise.resolve(Exit.fine);
    },
};
