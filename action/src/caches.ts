// Moves caches between the runner and the CI's store of them. Which, and under what names, gom has said.

import * as cache from '@actions/cache';
import * as core from '@actions/core';

export type Hit = 'exact' | 'prefix' | 'miss';

/** A cache to keep after the job. */
export interface Kept {
  /** Which of gom's caches it is. */
  cache: string;
  key: string;
  paths: string[];
}

/** Restores what is found by the key, else by the first prefix that finds something. */
export async function restore(paths: string[], key: string, prefixes: string[] = []): Promise<Hit> {
  const started = Date.now();
  const found = await cache.restoreCache([...paths], key, prefixes);
  const time = `${String(Date.now() - started)} ms`;
  core.info(found === undefined ? `no cache for ${key}; ${time}` : `restored ${found}; ${time}`);
  if (found === undefined) {
    return 'miss';
  }
  return found === key ? 'exact' : 'prefix';
}

export async function save({ key, paths }: Kept): Promise<void> {
  // Several jobs may have made the same: the first keeps it, and that is no failure.
  await cache.saveCache([...paths], key);
}

export function available(): boolean {
  return cache.isFeatureAvailable();
}
