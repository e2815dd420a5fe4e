// What a workflow asks of the action. Reads the inputs and nothing else; what they mean is gom's to say.

import * as core from '@actions/core';

export interface Inputs {
  /** Specs, one a line. */
  goVersion: string;
  goVersionFile: string;
  checkLatest: boolean;
  architecture: string;
  /** A folder with go.dev's archives, to take them from there alone. */
  mirror: string;
  toolchain: string;
  problemMatchers: boolean;
  cache: boolean;
  dependencies: string[];
  cacheSuffix: string;
  saveCache: string;
  /** When toolchains are kept by the CI. */
  cacheToolchain: string;
  /** The values of the matrix in this job, as GitHub writes them. */
  leg: string;
  /** What has to prove a toolchain; empty for what GOM_REQUIRE says. */
  require: string;
  gomVersion: string;
}

export function readInputs(): Inputs {
  return {
    goVersion: core.getInput('go-version'),
    goVersionFile: core.getInput('go-version-file'),
    checkLatest: core.getBooleanInput('check-latest'),
    architecture: core.getInput('architecture'),
    mirror: core.getInput('go-download-base-url') || (process.env.GO_DOWNLOAD_BASE_URL ?? ''),
    toolchain: core.getInput('toolchain'),
    problemMatchers: core.getBooleanInput('problem-matchers'),
    cache: core.getBooleanInput('cache'),
    dependencies: core.getMultilineInput('cache-dependency-path'),
    cacheSuffix: core.getInput('cache-suffix'),
    saveCache: core.getInput('save-cache'),
    cacheToolchain: core.getInput('cache-toolchain'),
    leg: core.getInput('matrix'),
    require: core.getInput('require'),
    gomVersion: core.getInput('gom-version').replace(/^v/, ''),
  };
}

/** The flags that say which toolchains are wanted, the same for every call of gom. */
export function wanted(inputs: Inputs): string[] {
  return [
    ...(inputs.goVersionFile ? ['--version-file', inputs.goVersionFile] : []),
    ...(inputs.checkLatest ? ['--check-latest'] : []),
    ...(inputs.architecture ? ['--arch', inputs.architecture] : []),
  ];
}

/** Whether toolchains are restored and kept; without caches neither. */
export function kept(inputs: Inputs): string[] {
  return ['--cache-toolchain', inputs.cache ? inputs.cacheToolchain : 'never'];
}
