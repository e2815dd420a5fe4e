# Completions of gom for PowerShell. gom itself says what to offer.
Register-ArgumentCompleter -Native -CommandName gom -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text.Trim("'", '"') })
    # PowerShell before 7.3 passes no empty argument on, so the empty last word is announced.
    $last = if ($wordToComplete) { 'last' } else { 'empty' }
    $kept = $env:GOM_INTERNAL_COMPLETE
    $env:GOM_INTERNAL_COMPLETE = $last
    try {
        $answer = @(& (Get-Command -CommandType Application gom | Select-Object -First 1) '--' @words 2>$null)
    } finally {
        $env:GOM_INTERNAL_COMPLETE = $kept
    }
    $values = @($answer | Select-Object -Skip 1)
    foreach ($line in $values) {
        $value, $note = $line -split "`t", 2
        if (-not $note) { $note = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $note)
    }
    # Without any result PowerShell offers files.
    if ($values.Count -eq 0 -and $answer[0] -notin 'files', 'folders') { '' }
}
