# Completions of gom for fish. gom itself says what to offer.
function __gom_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l answer (GOM_INTERNAL_COMPLETE=last command gom -- $words "$current" 2>/dev/null)
    set -l kind $answer[1]
    set -e answer[1]
    if test (count $answer) -gt 0
        printf '%s\n' $answer
    else if test "$kind" = files
        __fish_complete_path "$current"
    else if test "$kind" = folders
        __fish_complete_directories "$current"
    end
end
complete -c gom -e
complete -c gom -f -k -a '(__gom_complete)'
