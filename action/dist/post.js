import { createRequire as requireOfNode } from 'node:module';
const require = requireOfNode(import.meta.url);
import {
  Gom,
  flags,
  getInput,
  info,
  read,
  save,
  warning
} from "./shared.js";

// src/post.ts
try {
  await run();
} catch (error) {
  warning(error instanceof Error ? error.message : String(error));
}
async function run() {
  const begun = read();
  if (begun === void 0) {
    return;
  }
  const answer = await new Gom(begun.gom).call(
    ...["cache", "trim", "--save", begun.saveCache, "--job-status", getInput("job-status")],
    ...flags(begun.hits),
    "--json"
  );
  for (const { cache, save: save2, reason } of answer.caches) {
    info(`${cache}: ${save2 ? "kept" : "not kept"}: ${reason}`);
    for (const kept of begun.kept.filter((one) => save2 && one.cache === cache)) {
      await save(kept);
    }
  }
}
