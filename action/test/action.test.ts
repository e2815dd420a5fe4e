// The action on a runner: what it asks gom, what it moves, and what it says.

import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { test } from 'node:test';

import { World } from './world.ts';

const MODULES_KEY = 'gom1-modules-linux-amd64-11cba562ee075cd1';
const BUILD_PREFIX = 'gom1-build-linux-amd64-';
const TOOLCHAIN_KEY = 'gom1-toolchain-go1.22.6.linux_amd64-sum.golang.org';

/** The answers for a runner that has no Go; everything that is cached is in one folder. */
function answers(world: World, source = 'download'): Record<string, unknown> {
  const paths = [world.path('module')];
  const toolchain = { key: TOOLCHAIN_KEY, paths, save: source === 'download' };
  return {
    'cache key toolchains': {
      caches: [{ cache: 'toolchains', key: TOOLCHAIN_KEY, restore_keys: [], paths, needed: source !== 'store' }],
    },
    setup: {
      toolchains: [{ toolchain: 'go1.22.6.linux-amd64', source, refused: [], cache: toolchain }],
      commands: ['::add-matcher::/matchers.json'],
      warnings: ['a leg below go.mod'],
    },
    'cache paths': { caches: [] },
    'cache key modules build': {
      caches: [
        { cache: 'modules', key: MODULES_KEY, restore_keys: ['gom1-modules-linux-amd64-'], paths, needed: true },
        { cache: 'build', key: `${BUILD_PREFIX}new`, restore_keys: [BUILD_PREFIX], paths, needed: true },
      ],
    },
    'cache stats': { caches: [] },
    'cache trim': {
      caches: [
        { cache: 'toolchains', save: true, reason: 'the job is done' },
        { cache: 'modules', save: true, reason: 'the job is done' },
        { cache: 'build', save: false, reason: 'nothing new' },
      ],
    },
  };
}

test('a cold job restores nothing and keeps what gom says', async (t) => {
  const world = new World(t);
  const service = await world.startCaches();
  world.installGom(answers(world));

  const main = await world.run('main');
  assert.equal(main.code, 0, main.output);
  assert.deepEqual(world.calls(), [
    'cache key toolchains --go= --cache-toolchain auto --json',
    'setup --cache-toolchain auto --toolchain local --json -- ',
    'cache paths modules --prepare --json',
    'cache key modules build --go= --suffix  --leg {"os":"linux"} --json',
    'cache stats --restored toolchains=miss --restored modules=miss --restored build=miss --summary --json',
  ]);
  assert.deepEqual(service.lookups, [
    TOOLCHAIN_KEY,
    `${MODULES_KEY},gom1-modules-linux-amd64-`,
    `${BUILD_PREFIX}new,${BUILD_PREFIX}`,
  ]);
  assert.deepEqual(world.outputs(), { 'cache-hit': 'false', 'build-cache-hit': 'false' });
  assert.match(main.output, /^::add-matcher::\/matchers\.json$/m);
  assert.match(main.output, /^::warning::a leg below go\.mod$/m);

  const post = await world.run('post', world.saved());
  assert.equal(post.code, 0, post.output);
  assert.equal(
    world.calls().at(-1),
    'cache trim --save auto --job-status success ' +
      '--restored toolchains=miss --restored modules=miss --restored build=miss --json',
  );
  assert.deepEqual([...service.entries.keys()], [TOOLCHAIN_KEY, MODULES_KEY]);
  assert.match(post.output, /^build: not kept: nothing new$/m);
});

test('a warm job gets back what the one before kept', async (t) => {
  const world = new World(t);
  const service = await world.startCaches();
  world.installGom(answers(world));
  await world.run('main');
  await world.run('post', world.saved());
  const archive = service.entries.get(MODULES_KEY);
  assert.ok(archive);
  service.entries.set(`${BUILD_PREFIX}old`, archive);
  rmSync(world.path('module'), { recursive: true });
  rmSync(world.path('calls'));

  const main = await world.run('main');
  assert.equal(main.code, 0, main.output);
  assert.equal(world.read('module/a.txt'), 'a module\n');
  assert.deepEqual(world.calls().slice(1, 2), ['setup --cache-toolchain auto --toolchain local --restored --json -- ']);
  assert.equal(
    world.calls().at(-1),
    'cache stats --restored toolchains=exact --restored modules=exact --restored build=prefix --summary --json',
  );
  assert.deepEqual(world.outputs(), { 'cache-hit': 'true', 'build-cache-hit': 'true' });
});

test('a toolchain that is there is neither restored nor kept', async (t) => {
  const world = new World(t);
  const service = await world.startCaches();
  world.installGom(answers(world, 'store'));
  await world.run('main');
  await world.run('post', world.saved());
  assert.equal(service.lookups.length, 2);
  assert.deepEqual([...service.entries.keys()], [MODULES_KEY]);
});

test('inputs reach gom as they are', async (t) => {
  const world = new World(t);
  await world.startCaches();
  world.installGom(answers(world));
  Object.assign(world.inputs, {
    'go-version': '>=1.21 <1.23',
    'go-version-file': 'src/go.mod',
    'check-latest': 'true',
    architecture: 'x64',
    toolchain: 'auto',
    'problem-matchers': 'false',
    'cache-suffix': 'race',
    'cache-dependency-path': 'a/go.sum\nb/*/go.sum',
    'save-cache': 'never',
    'go-download-base-url': 'https://mirror.example/go',
    'cache-toolchain': 'always',
    require: 'any',
    'job-status': 'failure',
  });
  const main = await world.run('main');
  assert.equal(main.code, 0, main.output);
  const from = 'GOM_MIRROR=https://mirror.example/go GOM_SOURCES=mirror GOM_REQUIRE=any';
  const wanted = '--version-file src/go.mod --check-latest --arch x64';
  const kept = '--cache-toolchain always';
  assert.deepEqual(world.calls().slice(0, 4), [
    `${from} cache key toolchains --go=>=1.21 <1.23 ${wanted} ${kept} --json`,
    `${from} setup ${wanted} ${kept} --toolchain auto --no-problem-matchers --json -- >=1.21 <1.23`,
    `${from} cache paths modules --prepare --json`,
    `${from} cache key modules build --go=>=1.21 <1.23 ${wanted} --suffix race --leg {"os":"linux"} ` +
      '--dependencies a/go.sum --dependencies b/*/go.sum --json',
  ]);
  await world.run('post', world.saved());
  assert.match(world.calls().at(-1) ?? '', /^cache trim --save never --job-status failure /);
});

test('without caches only the set-up is asked for', async (t) => {
  const world = new World(t);
  const service = await world.startCaches();
  world.installGom(answers(world));
  world.inputs.cache = 'false';
  await world.run('main');
  await world.run('post', world.saved());
  assert.deepEqual(world.calls(), ['setup --cache-toolchain never --toolchain local --json -- ']);
  assert.deepEqual(service.lookups, []);
});

test('a runner without a service for caches is told, and Go is set up', async (t) => {
  const world = new World(t);
  world.installGom(answers(world));
  const main = await world.run('main');
  assert.equal(main.code, 0, main.output);
  assert.match(main.output, /::warning::this runner has no service for caches/);
  assert.deepEqual(world.calls(), ['setup --cache-toolchain auto --toolchain local --json -- ']);
});

test("gom's own words fail the step, and the end of the job does nothing", async (t) => {
  const world = new World(t);
  const error = { code: 3, message: 'no Go release matches `1.99`', hint: 'run `gom list-remote`' };
  world.installGom({ ...answers(world), setup: { error } });
  const main = await world.run('main');
  assert.equal(main.code, 1);
  assert.match(main.output, /^::error::no Go release matches `1\.99`%0Ahint: run `gom list-remote`$/m);
  assert.equal(existsSync(world.path('calls')), true);
  const post = await world.run('post', world.saved());
  assert.deepEqual([post.code, post.output, world.calls().length], [0, '', 1]);
});
