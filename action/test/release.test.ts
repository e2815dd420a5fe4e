// The release whose sums are in the action.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

import { findGom } from '../src/program.ts';
import { install } from '../src/release.ts';
import type { Release } from '../src/release.ts';

const PLATFORM = `${process.platform}-${process.arch}`;
const NAME = 'gom-0.3.0-here.tar.gz';

/** A release in a folder: its installer copies the gom beside it into a store. */
function published(t: TestContext): { folder: string; store: string; release: Release } {
  const folder = mkdtempSync(join(tmpdir(), 'gom-release-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const [inside, store, temp] = [join(folder, 'gom-0.3.0-here'), join(folder, 'store'), join(folder, 'temp')];
  mkdirSync(inside);
  mkdirSync(temp);
  writeFileSync(join(inside, 'gom'), '#!/bin/sh\necho gom 0.3.0\n');
  chmodSync(join(inside, 'gom'), 0o755);
  writeFileSync(join(inside, 'install.sh'), 'mkdir -p "$GOM_HOME/bin" && cp "$(dirname "$0")/gom" "$GOM_HOME/bin/gom"\n');
  execFileSync('tar', ['-czf', join(folder, NAME), '-C', folder, 'gom-0.3.0-here']);
  const sum = createHash('sha256').update(readFileSync(join(folder, NAME))).digest('hex');
  set(t, { GOM_HOME: store, RUNNER_TEMP: temp, HOME: folder, PATH: '/usr/bin:/bin', GOM_DOWNLOAD_BASE: '', GITHUB_PATH: '' });
  const base = pathToFileURL(folder).href;
  return { folder, store, release: { version: '0.3.0', base, archives: { [PLATFORM]: { name: NAME, sha256: sum } } } };
}

function set(t: TestContext, variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    t.after(() => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- one of the names above
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

test('the release is installed without a variable, from where it was published', async (t) => {
  const { store, release } = published(t);
  assert.equal(await findGom('', '/nowhere', release), join(store, 'bin/gom'));
  assert.equal(await findGom('0.3.0', '/nowhere', release), join(store, 'bin/gom'));
});

test('GOM_DOWNLOAD_BASE names another place for the same bytes', async (t) => {
  const { folder, store, release } = published(t);
  let asked = '';
  const server = createServer((request, response) => {
    asked = request.url ?? '';
    response.end(readFileSync(join(folder, NAME)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  set(t, { GOM_DOWNLOAD_BASE: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mirror/` });
  const gom = await findGom('', '/nowhere', { ...release, base: 'https://nowhere.invalid' });
  assert.equal(gom, join(store, 'bin/gom'));
  assert.equal(asked, `/mirror/${NAME}`);
});

test('other bytes are refused before they are unpacked, wherever they come from', async (t) => {
  const { folder, store, release } = published(t);
  const temp = join(folder, 'temp');
  const other = { ...release, archives: { [PLATFORM]: { name: NAME, sha256: '0'.repeat(64) } } };
  await assert.rejects(install(other, '', temp), /is not gom 0\.3\.0: its sha256 is [0-9a-f]{64}, this action is for 0{64}\nhint: /);
  assert.equal(existsSync(join(temp, 'gom-0.3.0-here')), false);
  assert.equal(existsSync(store), false);
});

test('another version than the one of the action is not installed', async (t) => {
  const { store, release } = published(t);
  await assert.rejects(findGom('0.2.0', '/nowhere', release), /this action is for gom 0\.3\.0, and gom-version is 0\.2\.0\nhint: .*action-v0\.2\.0/);
  assert.equal(existsSync(store), false);
});

test('a platform without an archive is named', async (t) => {
  const { release } = published(t);
  const other = { ...release, archives: { 'plan9-mips': { name: NAME, sha256: '' } } };
  await assert.rejects(install(other, '', tmpdir()), new RegExp(`gom 0\\.3\\.0 is not released for ${PLATFORM}, only for plan9-mips`));
});
