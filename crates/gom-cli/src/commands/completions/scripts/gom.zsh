#compdef gom -p go
# Completions of gom for zsh. gom itself says what to offer.
_gom() {
    local line value kind plus
    local -a answer values before
    before=("${(@Q)words[2,CURRENT-1]}")
    if [[ ${words[1]:t} == go ]]; then
        # `go +SPEC`. Every other word of `go` is completed as without this.
        [[ $CURRENT == 2 && $PREFIX == +* ]] || return 1
        plus=+
        before=(exec)
    fi
    answer=("${(@f)$(GOM_INTERNAL_COMPLETE=last command gom -- "${before[@]}" "${${(Q)PREFIX}#$plus}" 2>/dev/null)}")
    kind=$answer[1]
    for line in "${(@)answer[2,-1]}"; do
        value=$plus${line%%$'\t'*}
        value=${value//:/\\:}
        [[ $line == *$'\t'* ]] && value+=:${line#*$'\t'}
        values+=("$value")
    done
    if (( $#values )); then
        [[ -n $plus ]] && _compskip=all
        _describe -V gom values
    elif [[ -n $plus ]]; then
        return 1
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
    compdef _gom gom -p go
fi
