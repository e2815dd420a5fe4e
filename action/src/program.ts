// Finds the gom to call: the one on PATH, else a release, else, in gom's own repository, one built from the
// checkout. Asks no API.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as core from '@actions/core';

/** The path of a gom, of that version if one is given. */
export async function findGom(version: string, ownFolder: string): Promise<string> {
  const found = onPath('gom');
  if (found !== undefined && (version === '' || versionOf(found) === version)) {
    return found;
  }
  const gom = await provide(ownFolder);
  if (version !== '' && versionOf(gom) !== version) {
    throw new Error(`this is gom ${versionOf(gom)}, not ${version}: ${gom}`);
  }
  return gom;
}

async function provide(ownFolder: string): Promise<string> {
  const base = process.env.GOM_DOWNLOAD_BASE ?? '';
  if (base !== '') {
    return installRelease(base.replace(/\/$/, ''));
  }
  if (isInWorkspace(ownFolder) && existsSync(join(ownFolder, 'crates/gom-cli'))) {
    return build(ownFolder);
  }
  throw new Error(
    'gom is not on PATH, at least not the version asked for\n' +
      'hint: set GOM_DOWNLOAD_BASE to the folder of a release, or install gom in a step before',
  );
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(gom: string): string {
  return execFileSync(gom, ['--version'], { encoding: 'utf8' }).trim().replace(/^gom /, '');
}

/** A release's installer has the sums of its archives in it, and takes no other bytes. */
async function installRelease(base: string): Promise<string> {
  const script = join(temporaryFolder(), 'install.sh');
  await fetchInstaller(`${base}/install.sh`, script);
  execFileSync('sh', [script], { stdio: ['ignore', 'inherit', 'inherit'] });
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
  const answer = await fetch(url);
  if (!answer.ok) {
    throw new Error(`cannot download ${url}: status ${String(answer.status)}`);
  }
  writeFileSync(file, await answer.text());
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
