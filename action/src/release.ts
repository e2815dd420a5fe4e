// The release of gom that this action is for. Its version and the sums of its archives are in the bundle, so a workflow
// that names a commit of the action has named the bytes of gom too: no server and no tag can change them.

import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fetchFile, sha256 } from './fetch.ts';

export interface Archive {
  name: string;
  sha256: string;
}

/** As `cargo xtask dist` writes it: release.json, which is empty until there is a release. */
export interface Release {
  version: string;
  /** The folder with the archives, without a slash at its end. */
  base: string;
  /** By platform and processor as Node.js names them: linux-x64. */
  archives: Partial<Record<string, Archive>>;
}

/** Installs it with its own installer, from `mirror` if that is not empty. `folder` is for temporary files. */
export async function install(release: Release, mirror: string, folder: string): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const archive = release.archives[platform];
  if (archive === undefined) {
    throw new Error(`gom ${release.version} is not released for ${platform}, only for ${Object.keys(release.archives).join(', ')}`);
  }
  const url = `${mirror === '' ? release.base : mirror}/${archive.name}`;
  const file = join(folder, archive.name);
  if (url.startsWith('file://')) {
    copyFileSync(fileURLToPath(url), file);
  } else {
    await fetchFile(url, file);
  }
  const found = await sha256(file);
  if (found !== archive.sha256) {
    throw new Error(
      `${url} is not gom ${release.version}: its sha256 is ${found}, this action is for ${archive.sha256}\n` +
        'hint: run the job again; if it stays so, something between the runner and the release changes files',
    );
  }
  execFileSync('tar', ['-xzf', file, '-C', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  const installer = join(folder, archive.name.replace(/\.tar\.gz$/, ''), 'install.sh');
  execFileSync('sh', [installer], { stdio: ['ignore', 'inherit', 'inherit'] });
}
