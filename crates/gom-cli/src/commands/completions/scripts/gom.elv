# Completions of gom for elvish. gom itself says what to offer.
set edit:completion:arg-completer[gom] = {|@words|
  var answer = [(try { env GOM_INTERNAL_COMPLETE=last gom -- (all $words[1..]) 2>/dev/null } catch e { nop })]
  if (== 0 (count $answer)) { return }
  if (and (== 1 (count $answer)) (has-value [files folders] $answer[0])) {
    edit:complete-filename $@words
    return
  }
  for line $answer[1..] {
    var value @note = (str:split "\t" $line)
    edit:complex-candidate $value &display=(str:join '  ' [$value $@note])
  }
}
