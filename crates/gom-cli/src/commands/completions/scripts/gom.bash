# Completions of gom for bash 3.2 and newer. gom itself says what to offer.
_gom() {
    local at line kind='' cur=${2-} words=()
    # readline splits `--os=linux` at the sign; gom takes both words.
    for ((at = 1; at < COMP_CWORD; at++)); do
        [[ ${COMP_WORDS[at]} == = ]] || words+=("${COMP_WORDS[at]}")
    done
    [[ $cur == = ]] && cur=''
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            COMPREPLY+=("${line%%$'\t'*}")
        fi
    done <<<"$(GOM_INTERNAL_COMPLETE=last command gom -- ${words[@]+"${words[@]}"} "$cur" 2>/dev/null)"
    ((${#COMPREPLY[@]})) && return
    case $kind in
    files) line=$(compgen -f -- "$cur") ;;
    folders) line=$(compgen -d -- "$cur") ;;
    *) return ;;
    esac
    [[ -z $line ]] && return
    compopt -o filenames 2>/dev/null
    while IFS= read -r at; do
        COMPREPLY+=("$at")
    done <<<"$line"
}
# `go +SPEC`. Every other word of `go` is completed as without this.
_gom_go() {
    local line kind='' cur=${2-}
    COMPREPLY=()
    [[ $COMP_CWORD == 1 && $cur == +* ]] || return
    while IFS= read -r line; do
        [[ -n $kind ]] && COMPREPLY+=("+${line%%$'\t'*}")
        kind=$line
    done <<<"$(GOM_INTERNAL_COMPLETE=last command gom -- exec "${cur#+}" 2>/dev/null)"
}
# Other completions of `go` stay, also one that bash-completion would load at the first Tab.
_gom_add_go() {
    local now
    now=$(complete -p go 2>/dev/null)
    [[ -z $now || $now == *' _gom_load '* ]] || return 0
    complete -r go 2>/dev/null
    if declare -F _comp_load >/dev/null; then
        _comp_load go >/dev/null 2>&1
    elif declare -F __load_completion >/dev/null; then
        __load_completion go >/dev/null 2>&1
    fi
    complete -p go >/dev/null 2>&1 && return 0
    complete -o bashdefault -o default -o nosort -F _gom_go go 2>/dev/null ||
        complete -o bashdefault -o default -F _gom_go go
}
_gom_add_go
unset -f _gom_add_go
complete -o nosort -F _gom gom 2>/dev/null || complete -F _gom gom
