// Plays the problem matchers of GitHub's runner on the lines of standard input, and prints one annotation a line:
// SEVERITY FILE:LINE:COLUMN MESSAGE. The rules are those of the runner's OutputManager and IssueMatcher: the
// matcher that was added last is asked first, a line belongs to the first that makes an annotation of it, that
// resets the others, and a pattern that loops keeps its place until a line does not match.

import { readFileSync } from "node:fs";

const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const matchers = config.problemMatcher.toReversed().map(({ severity, pattern }) => ({
  severity,
  patterns: pattern.map((one) => ({ ...one, regexp: new RegExp(one.regexp) })),
  state: [],
}));

function match(matcher, line) {
  const last = matcher.patterns.length - 1;
  for (let index = last; index >= 0; index--) {
    if (index > 0 && !matcher.state[index - 1]) continue;
    const { regexp, loop, ...groups } = matcher.patterns[index];
    const found = regexp.exec(line);
    if (!found) {
      matcher.state[index === last ? index - 1 : index] = undefined;
      continue;
    }
    const fields = index > 0 ? { ...matcher.state[index - 1] } : {};
    for (const [name, group] of Object.entries(groups)) fields[name] = found[group] ?? "";
    if (index < last) {
      matcher.state[index] = fields;
      continue;
    }
    if (!loop) matcher.state = [];
    return fields;
  }
  return undefined;
}

for (const line of readFileSync(0, "utf8").split("\n")) {
  for (const matcher of matchers) {
    const fields = match(matcher, line);
    if (!fields) continue;
    for (const other of matchers) if (other !== matcher) other.state = [];
    if (!fields.message?.trim()) continue;
    const place = [fields.file, fields.line, fields.column].filter(Boolean).join(":");
    console.log(`${matcher.severity} ${place} ${fields.message}`);
    break;
  }
}
