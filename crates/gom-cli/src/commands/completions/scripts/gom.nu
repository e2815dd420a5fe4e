# Completions of gom for nushell, 0.108 and newer. gom itself says what to offer.
def "nu-complete gom" [words: list<string>] {
    let answer = with-env { GOM_INTERNAL_COMPLETE: last } {
        do { ^gom -- ...($words | skip 1) } | complete | get stdout | lines
    }
    # null makes nushell offer files.
    if ($answer | length) == 1 and $answer.0 in [files folders] { return null }
    let values = $answer | skip 1 | each {|line|
        let parts = $line | split row "\t"
        { value: $parts.0, description: ($parts | get -o 1) }
    }
    $values
}

@complete 'nu-complete gom'
export extern gom [...arguments: string]
