// Calls gom, which decides everything, and gives back its answers: docs/ci.md has their form. What gom says to a
// person goes to the job's log as it comes.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Cache {
  cache: string;
  key: string;
  restore_keys: string[];
  paths: string[];
  needed: boolean;
}

export interface Toolchain {
  toolchain: string;
  source: string;
  refused: string[];
  cache: { key: string; paths: string[]; save: boolean };
}

export interface Setup {
  toolchains: Toolchain[];
  commands: string[];
  warnings: string[];
}

export interface Finished {
  cache: string;
  save: boolean;
  reason: string;
}

export class Gom {
  constructor(
    readonly program: string,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Resolves to the answer, rejects with gom's own message and hint. */
  async call<Answer>(...args: string[]): Promise<Answer> {
    const child = spawn(this.program, ['ci', ...args], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const [code, output] = await Promise.all([ended, text(child.stdout)]);
    if (code !== 0) {
      throw new Error(failure(output) ?? `gom ci ${args[0] ?? ''} ended with ${String(code)}`);
    }
    return JSON.parse(output) as Answer;
  }
}

function failure(output: string): string | undefined {
  try {
    const { error } = JSON.parse(output) as { error: { message: string; hint: string | null } };
    return error.hint === null ? error.message : `${error.message}\nhint: ${error.hint}`;
  } catch {
    return undefined;
  }
}
