// The step itself: gom sets Go up, between the restoring of caches that it names. The calls are those that
// docs/ci.md has for the author of an action, in that order.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as core from '@actions/core';

import * as caches from './caches.ts';
import type { Hit } from './caches.ts';
import { Gom } from './gom.ts';
import type { Cache, Setup } from './gom.ts';
import { kept, readInputs, wanted } from './inputs.ts';
import type { Inputs } from './inputs.ts';
import { findGom } from './program.ts';
import * as state from './state.ts';

try {
  await run();
} catch (error) {
  core.setFailed(error instanceof Error ? error.message : String(error));
}

async function run(): Promise<void> {
  if (process.platform === 'win32') {
    throw new Error('gom does not run on Windows: use actions/setup-go in this job');
  }
  const inputs = readInputs();
  // action/dist/main.js lies two folders below action.yml.
  const ownFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const program = await findGom(inputs.gomVersion, ownFolder);
  const mirror = inputs.mirror ? { GOM_MIRROR: inputs.mirror, GOM_SOURCES: 'mirror' } : {};
  const proof = inputs.require ? { GOM_REQUIRE: inputs.require } : {};
  const gom = new Gom(program, { ...process.env, ...mirror, ...proof });

  const withCaches = inputs.cache && caches.available();
  if (inputs.cache && !withCaches) {
    core.warning('this runner has no service for caches: nothing is restored or kept');
  }
  const toolchains = withCaches ? await restoreToolchains(gom, inputs) : 'miss';
  const setup = await setUp(gom, inputs, toolchains);
  const hits = withCaches ? await restoreWork(gom, inputs, setup, toolchains) : {};
  core.setOutput('cache-hit', hits.modules === 'exact');
  core.setOutput('build-cache-hit', hits.build !== undefined && hits.build !== 'miss');
}

/** What was found of the toolchains that are not on the runner: `exact` only if all were. */
async function restoreToolchains(gom: Gom, inputs: Inputs): Promise<Hit> {
  const args = ['cache', 'key', 'toolchains', `--go=${inputs.goVersion}`, ...wanted(inputs), ...kept(inputs), '--json'];
  const answer = await gom.call<{ caches: Cache[] }>(...args);
  const hits: Hit[] = [];
  for (const cache of answer.caches.filter(({ needed }) => needed)) {
    hits.push(await caches.restore(cache.paths, cache.key));
  }
  if (!hits.includes('exact')) {
    return 'miss';
  }
  return hits.includes('miss') ? 'prefix' : 'exact';
}

async function setUp(gom: Gom, inputs: Inputs, toolchains: Hit): Promise<Setup> {
  const setup = await gom.call<Setup>(
    'setup',
    ...wanted(inputs),
    ...kept(inputs),
    ...(inputs.toolchain ? ['--toolchain', inputs.toolchain] : []),
    ...(toolchains === 'miss' ? [] : ['--restored']),
    ...(inputs.problemMatchers ? [] : ['--no-problem-matchers']),
    '--json',
    '--',
    inputs.goVersion,
  );
  for (const command of setup.commands) {
    process.stdout.write(`${command}\n`);
  }
  for (const warning of setup.warnings) {
    core.warning(warning);
  }
  return setup;
}

/** Restores modules and build cache, and writes down what the end of the job has to know. */
async function restoreWork(
  gom: Gom,
  inputs: Inputs,
  setup: Setup,
  toolchains: Hit,
): Promise<Record<string, Hit>> {
  await gom.call('cache', 'paths', 'modules', '--prepare', '--json');
  const { caches: work } = await gom.call<{ caches: Cache[] }>(
    ...['cache', 'key', 'modules', 'build', `--go=${inputs.goVersion}`, ...wanted(inputs)],
    ...['--suffix', inputs.cacheSuffix, '--leg', inputs.leg],
    ...inputs.dependencies.flatMap((glob) => ['--dependencies', glob]),
    '--json',
  );
  const hits: state.State['hits'] = [['toolchains', toolchains]];
  for (const { cache, key, paths, restore_keys } of work) {
    hits.push([cache, await caches.restore(paths, key, restore_keys)]);
  }
  await gom.call('cache', 'stats', ...state.flags(hits), '--summary', '--json');

  const toolchainsToKeep = setup.toolchains.filter((toolchain) => toolchain.cache.save);
  state.write({
    gom: gom.program,
    saveCache: inputs.saveCache,
    hits,
    kept: [
      ...toolchainsToKeep.map(({ cache: { key, paths } }) => ({ cache: 'toolchains', key, paths })),
      ...work.map(({ cache, key, paths }) => ({ cache, key, paths })),
    ],
  });
  return Object.fromEntries(hits);
}
