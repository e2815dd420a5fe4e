// A runner for the action under test: its files and variables, a gom that writes down how it is called and gives
// recorded answers, and a service for caches. What runs is the committed bundle, as on a runner.

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startCacheService } from './cache-service.ts';
import type { CacheService } from './cache-service.ts';

const ACTION = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Run {
  code: number | null;
  output: string;
}

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'gom-action-'));
  readonly variables: Record<string, string> = {};
  readonly inputs: Record<string, string> = defaults();
  service: CacheService | undefined;

  constructor(t: TestContext) {
    for (const name of ['bin', 'home', 'temp', 'workspace', 'module']) {
      mkdirSync(this.path(name));
    }
    for (const name of ['env', 'output', 'path', 'state']) {
      writeFileSync(this.path(name), '');
    }
    writeFileSync(this.path('module/a.txt'), 'a module\n');
    t.after(() => {
      this.service?.stop();
      rmSync(this.folder, { recursive: true });
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  async startCaches(): Promise<CacheService> {
    this.service = await startCacheService();
    return this.service;
  }

  /** Puts a gom into a folder; it gives the answer whose name its arguments begin with. */
  installGom(answers: Record<string, unknown>, folder = 'bin', version = '0.1.0'): void {
    writeFileSync(this.path('answers.json'), JSON.stringify(answers));
    this.writeProgram(`${folder}/gom`, fakeGom(this.folder, version));
  }

  writeProgram(name: string, script: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), script);
    chmodSync(this.path(name), 0o755);
  }

  /** How gom was called, without the leading `ci`. */
  calls(): string[] {
    return existsSync(this.path('calls')) ? this.read('calls').split('\n').slice(0, -1) : [];
  }

  /** What the step handed to its end, as the runner gives it back. */
  saved(): Record<string, string> {
    return Object.fromEntries(assignments(this.read('state')).map(([name, value]) => [`STATE_${name}`, value]));
  }

  outputs(): Record<string, string> {
    return Object.fromEntries(assignments(this.read('output')));
  }

  async run(entry: 'main' | 'post', variables: Record<string, string> = {}): Promise<Run> {
    const child = spawn(process.execPath, [join(ACTION, 'dist', `${entry}.js`)], {
      cwd: ACTION,
      env: { ...this.environment(), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [code, output, errors] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
    return { code, output: output + errors };
  }

  private environment(): Record<string, string> {
    const inputs = Object.entries(this.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    return {
      PATH: [this.path('bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
      HOME: this.path('home'),
      TMPDIR: this.path('temp'),
      GITHUB_WORKSPACE: this.path('workspace'),
      RUNNER_TEMP: this.path('temp'),
      GITHUB_ENV: this.path('env'),
      GITHUB_OUTPUT: this.path('output'),
      GITHUB_PATH: this.path('path'),
      GITHUB_STATE: this.path('state'),
      ...(this.service ? { ACTIONS_CACHE_URL: this.service.url, ACTIONS_RUNTIME_TOKEN: 'secret' } : {}),
      ...this.variables,
      ...(Object.fromEntries(inputs) as Record<string, string>),
    };
  }
}

/** The inputs as action.yml has them, so that a test runs with what a workflow gets. */
function defaults(): Record<string, string> {
  const file = readFileSync(join(dirname(ACTION), 'action.yml'), 'utf8');
  const section = /^inputs:\n([^]*?)^\S/m.exec(file)?.[1] ?? '';
  const found: Record<string, string> = {};
  for (const [, name = '', body = ''] of section.matchAll(/^ {2}([a-z-]+):\n((?: {4}.*\n)+)/gm)) {
    found[name] = /^ {4}default: '?(.*?)'?$/m.exec(body)?.[1] ?? '';
  }
  return { ...found, matrix: '{"os":"linux"}', 'job-status': 'success' };
}

/** What @actions/core appends to the runner's files: NAME<<MARK, lines, MARK. */
function assignments(file: string): [string, string][] {
  const found = file.matchAll(/^(.+)<<(ghadelimiter_\S+)\n([^]*?)\n\2$/gm);
  return [...found].map(([, name = '', , value = '']) => [name, value]);
}

function fakeGom(folder: string, version: string): string {
  return `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
if (args[0] === '--version') {
  console.log('gom ${version}');
  process.exit();
}
const call = args.slice(1).join(' ');
const mirror = ['GOM_MIRROR', 'GOM_SOURCES', 'GOM_REQUIRE'].filter((name) => process.env[name]);
appendFileSync('${folder}/calls', mirror.map((name) => name + '=' + process.env[name] + ' ').join('') + call + '\\n');
const answers = JSON.parse(readFileSync('${folder}/answers.json', 'utf8'));
const answer = answers[Object.keys(answers).find((name) => call.startsWith(name))];
if (answer === undefined) throw new Error('no answer for ' + call);
console.log(JSON.stringify(answer));
process.exit(answer.error ? answer.error.code : 0);
`;
}
