// What the end of a job has to know of its beginning.

import * as core from '@actions/core';

import type { Hit, Kept } from './caches.ts';

export interface State {
  gom: string;
  saveCache: string;
  /** Each cache, and what was found of it. */
  hits: [cache: string, hit: Hit][];
  /** What there may be to keep. */
  kept: Kept[];
}

const NAME = 'gom';

export function write(state: State): void {
  core.saveState(NAME, JSON.stringify(state));
}

/** Nothing if the set-up failed, or no caches are wanted. */
export function read(): State | undefined {
  const text = core.getState(NAME);
  return text === '' ? undefined : (JSON.parse(text) as State);
}

/** The hits as gom takes them. */
export function flags(hits: State['hits']): string[] {
  return hits.flatMap(([cache, hit]) => ['--restored', `${cache}=${hit}`]);
}
