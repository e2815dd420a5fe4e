// After the job, however it ended: gom trims the caches and says which are worth keeping; those are kept. That a
// cache can't be kept never fails a job.

import * as core from '@actions/core';

import * as caches from './caches.ts';
import { Gom } from './gom.ts';
import type { Finished } from './gom.ts';
import * as state from './state.ts';

try {
  await run();
} catch (error) {
  core.warning(error instanceof Error ? error.message : String(error));
}

async function run(): Promise<void> {
  const begun = state.read();
  if (begun === undefined) {
    return;
  }
  const answer = await new Gom(begun.gom).call<{ caches: Finished[] }>(
    ...['cache', 'trim', '--save', begun.saveCache, '--job-status', core.getInput('job-status')],
    ...state.flags(begun.hits),
    '--json',
  );
  for (const { cache, save, reason } of answer.caches) {
    core.info(`${cache}: ${save ? 'kept' : 'not kept'}: ${reason}`);
    for (const kept of begun.kept.filter((one) => save && one.cache === cache)) {
      await caches.save(kept);
    }
  }
}
