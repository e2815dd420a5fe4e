// Bundles the action, so that a runner needs no registry: `node build.js [FOLDER]`, by default dist. The same
// lockfile gives the same bytes, which `just action` relies on. Not minified: what a workflow runs can be read, and a
// change of it reviewed.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

const folder = process.argv[2] ?? 'dist';

rmSync(folder, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['src/main.ts', 'src/post.ts'],
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'shared',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // What the packages of the older kind call.
  banner: { js: "import { createRequire as requireOfNode } from 'node:module';\nconst require = requireOfNode(import.meta.url);" },
});
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'licenses.txt'), licenses(Object.keys(metafile.inputs)));

/** The notices of every package that is in the bundle, as their licences want. */
function licenses(inputs) {
  const packages = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return [...new Set(packages)]
    .filter((path) => path !== undefined)
    .sort()
    .map((path) => {
      const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? '' : readFileSync(join(path, file), 'utf8').trim() + '\n';
      return `${name} ${version}: ${license}\n\n${text}`;
    })
    .join('\n----\n\n');
}
