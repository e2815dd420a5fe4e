// Finds the gom to call: one that the runner has, else, in gom's own repository, one built from the checkout, else the
// release that this action is for. Asks no API.

import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as core from '@actions/core';

import { fetchText } from './fetch.ts';
import { install } from './release.ts';
import type { Release } from './release.ts';
import released from './release.json' with { type: 'json' };

/** The first gom that understands all that this action says to it. */
const LEAST = '0.1.0';

/** The path of a gom, of that version if one is given. */
export async function findGom(version: string, ownFolder: string, release: Release = released): Promise<string> {
  const passedOver: string[] = [];
  for (const gom of candidates()) {
    const found = versionOf(gom);
    if (found !== undefined && fits(found, version)) {
      if (!onPath().includes(gom)) {
        core.addPath(dirname(gom));
      }
      return gom;
    }
    passedOver.push(`${gom} is ${found === undefined ? 'not a gom that runs' : `gom ${found}`}`);
  }
  const gom = await provide(ownFolder, version, passedOver, release);
  const provided = versionOf(gom) ?? 'of no version';
  if (!fits(provided, version)) {
    throw new Error(`this is gom ${provided}, not ${wanted(version)}: ${gom}`);
  }
  return gom;
}

function wanted(version: string): string {
  return version === '' ? `${LEAST} or newer` : version;
}

function fits(found: string, version: string): boolean {
  if (version !== '') {
    return found === version;
  }
  const [one, least] = [found, LEAST].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number));
  for (const [index, number] of (least ?? []).entries()) {
    const other = one?.[index] ?? NaN;
    if (other !== number) {
      return other > number;
    }
  }
  return true;
}

async function provide(ownFolder: string, version: string, passedOver: string[], release: Release): Promise<string> {
  const base = (process.env.GOM_DOWNLOAD_BASE ?? '').replace(/\/$/, '');
  if (base === '' && isInWorkspace(ownFolder) && existsSync(join(ownFolder, 'crates/gom-cli'))) {
    return build(ownFolder);
  }
  if (release.version !== '') {
    // Only its sums are known here.
    if (!fits(release.version, version)) {
      throw new Error(
        `this action is for gom ${release.version}, and gom-version is ${version}\n` +
          `hint: leave gom-version out, or use the action at the commit of action-v${version}`,
      );
    }
    await install(release, base, temporaryFolder());
    return installed();
  }
  if (base !== '') {
    return installRelease(base);
  }
  const found = passedOver.length === 0 ? '' : `: ${passedOver.join(', ')}`;
  throw new Error(
    `this runner has no gom ${wanted(version)}${found}\n` +
      'hint: set GOM_DOWNLOAD_BASE to the folder of a release, or install gom in a step before',
  );
}

/** Every gom of the runner, once: on PATH, in its store, and where an installer puts it for this user. A service that
 * runs jobs has seldom the PATH of a shell. */
function candidates(): string[] {
  const stores = [process.env.GOM_HOME ?? '', join(homedir(), '.gom')].filter(isAbsolute);
  const own = stores.map((store) => join(store, 'bin', 'gom')).filter(isExecutable);
  return [...new Set([...onPath(), ...own])];
}

function onPath(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, 'gom')).filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Nothing for a program that does not run here, or is another of that name. */
function versionOf(gom: string): string | undefined {
  const { error, stdout } = spawnSync(gom, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return error === undefined ? /^gom (\d+\.\d+\.\d+\S*)\s*$/.exec(stdout)?.[1] : undefined;
}

/** A release's installer has the sums of its archives in it, and takes no other bytes. */
async function installRelease(base: string): Promise<string> {
  const script = join(temporaryFolder(), 'install.sh');
  await fetchInstaller(`${base}/install.sh`, script);
  execFileSync('sh', [script], { stdio: ['ignore', 'inherit', 'inherit'] });
  return installed();
}

/** What an installer has put into the store. */
function installed(): string {
  const folder = join(process.env.GOM_HOME ?? join(homedir(), '.gom'), 'bin');
  core.addPath(folder);
  return join(folder, 'gom');
}

async function fetchInstaller(url: string, file: string): Promise<void> {
  if (url.startsWith('file://')) {
    copyFileSync(fileURLToPath(url), file);
    return;
  }
  // Nothing proves the installer itself but the place that it comes from.
  if (!url.startsWith('https://')) {
    throw new Error(`GOM_DOWNLOAD_BASE is neither https:// nor file://: ${url}`);
  }
  writeFileSync(file, await fetchText(url));
}

function build(checkout: string): string {
  const target = join(process.env.RUNNER_TEMP ?? tmpdir(), 'gom-build');
  const args = ['build', '--release', '--locked', '--package', 'gom-cli', '--target-dir', target];
  execFileSync('cargo', args, { cwd: checkout, stdio: ['ignore', 'inherit', 'inherit'] });
  return join(target, 'release', 'gom');
}

/** Whether the workflow checked that folder out itself, as `uses: ./` does. */
function isInWorkspace(folder: string): boolean {
  const workspace = process.env.GITHUB_WORKSPACE ?? '';
  const below = relative(workspace, folder);
  return workspace !== '' && !below.startsWith('..') && !isAbsolute(below);
}

function temporaryFolder(): string {
  return mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), 'gom-'));
}
