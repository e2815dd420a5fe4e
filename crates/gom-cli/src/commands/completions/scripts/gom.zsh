#compdef gom
# Completions of gom for zsh. gom itself says what to offer.
_gom() {
    local line value kind
    local -a answer values
    answer=("${(@f)$(GOM_INTERNAL_COMPLETE=last command gom -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    kind=$answer[1]
    for line in "${(@)answer[2,-1]}"; do
        value=${line%%$'\t'*}
        value=${value//:/\\:}
        [[ $line == *$'\t'* ]] && value+=:${line#*$'\t'}
        values+=("$value")
    done
    if (( $#values )); then
        _describe -V gom values
    elif [[ $kind == files ]]; then
        _files
    elif [[ $kind == folders ]]; then
        _files -/
    fi
}
# The first completion calls this file as a function; a start-up file sources it.
if [[ $funcstack[1] == _gom ]]; then
    _gom "$@"
else
    compdef _gom gom
fi
