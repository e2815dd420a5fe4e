// Which gom the action calls.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { World } from './world.ts';

const ANSWERS = { setup: { toolchains: [], commands: [], warnings: [] } };

function world(t: ConstructorParameters<typeof World>[0]): World {
  const made = new World(t);
  made.inputs.cache = 'false';
  return made;
}

test('without a gom, the way to get one is said', async (t) => {
  const { code, output } = await world(t).run('main');
  assert.equal(code, 1);
  assert.match(output, /::error::this runner has no gom 0\.1\.0 or newer%0Ahint: set GOM_DOWNLOAD_BASE/);
});

// K14.3
test('a gom that is in a store of the runner but not on PATH is called, and put there', async (t) => {
  for (const [home, folder] of [
    ['', 'home/.gom/bin'],
    ['opt', 'opt/bin'],
  ] as const) {
    const here = world(t);
    here.installGom(ANSWERS, folder);
    if (home !== '') here.variables.GOM_HOME = here.path(home);
    const { code, output } = await here.run('main');
    assert.equal(code, 0, output);
    assert.equal(here.calls().length, 1);
    assert.equal(here.read('path').trim(), here.path(folder));
  }
});

// K14.3
test('a gom that is too old, broken, or something else is passed over and named', async (t) => {
  const here = world(t);
  here.installGom(ANSWERS, 'bin', '0.0.9');
  here.writeProgram('home/.gom/bin/gom', '#!/bin/sh\necho "GNOME object manager 3"\n');
  const refused = await here.run('main');
  assert.equal(refused.code, 1);
  assert.match(refused.output, /no gom 0\.1\.0 or newer: \S+\/bin\/gom is gom 0\.0\.9, \S+ is not a gom that runs%0A/);
  for (const version of ['0.1.0', '0.1.1', '0.10.0-rc.1', '1.0.0']) {
    const newer = world(t);
    newer.writeProgram('bin/gom', '#!/bin/sh\nexit 1\n');
    newer.installGom(ANSWERS, 'home/.gom/bin', version);
    const { code, output } = await newer.run('main');
    assert.equal(code, 0, output);
  }
});

test('a release is installed by its own installer, and put on PATH', async (t) => {
  const here = world(t);
  here.installGom(ANSWERS, 'release');
  here.writeProgram('release/install.sh', 'mkdir -p "$HOME/.gom/bin" && cp "${GOM_DOWNLOAD_BASE#file://}gom" "$HOME/.gom/bin"\n');
  here.variables.GOM_DOWNLOAD_BASE = pathToFileURL(here.path('release')).href + '/';
  const { code, output } = await here.run('main');
  assert.equal(code, 0, output);
  assert.equal(here.calls().length, 1);
  assert.equal(here.read('path').trim(), here.path('home/.gom/bin'));
});

test('an installer comes over https or from a folder', async (t) => {
  const here = world(t);
  here.variables.GOM_DOWNLOAD_BASE = 'http://mirror.example/gom';
  const { code, output } = await here.run('main');
  assert.equal(code, 1);
  assert.match(output, /::error::GOM_DOWNLOAD_BASE is neither https:\/\/ nor file:\/\/: http:\/\/mirror/);
});

test('a gom on PATH of another version than asked for is not called', async (t) => {
  const here = world(t);
  here.installGom(ANSWERS);
  here.inputs['gom-version'] = 'v0.2.0';
  const refused = await here.run('main');
  assert.equal(refused.code, 1);
  assert.match(refused.output, /::error::this runner has no gom 0\.2\.0: \S+\/bin\/gom is gom 0\.1\.0%0A/);

  here.inputs['gom-version'] = 'v0.1.0';
  const taken = await here.run('main');
  assert.equal(taken.code, 0, taken.output);
});

test('a release of another version than asked for fails the step', async (t) => {
  const here = world(t);
  here.installGom(ANSWERS, 'release');
  here.writeProgram('release/install.sh', 'mkdir -p "$GOM_HOME/bin" && cp "${GOM_DOWNLOAD_BASE#file://}/gom" "$GOM_HOME/bin"\n');
  here.variables.GOM_DOWNLOAD_BASE = pathToFileURL(here.path('release')).href;
  here.variables.GOM_HOME = here.path('store');
  here.inputs['gom-version'] = '0.2.0';
  const { code, output } = await here.run('main');
  assert.equal(code, 1);
  assert.match(output, /::error::this is gom 0\.1\.0, not 0\.2\.0/);
  assert.deepEqual(here.calls(), []);
});

test('in its own repository gom is built from the checkout', async (t) => {
  const here = world(t);
  here.installGom(ANSWERS, 'built');
  here.writeProgram('bin/cargo', `#!/bin/sh
echo "cargo $*"
mkdir -p "$RUNNER_TEMP/gom-build/release" && cp '${here.path('built/gom')}' "$RUNNER_TEMP/gom-build/release"
`);
  // The folder with action.yml, as `uses: ./` finds it.
  here.variables.GITHUB_WORKSPACE = new URL('../..', import.meta.url).pathname;
  const { code, output } = await here.run('main');
  assert.equal(code, 0, output);
  assert.match(output, /^cargo build --release --locked --package gom-cli --target-dir /m);
  assert.equal(here.calls().length, 1);
});
