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
complete -o nosort -F _gom gom 2>/dev/null || complete -F _gom gom
