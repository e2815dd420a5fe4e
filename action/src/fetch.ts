// Fetches as the runner's network wants it: through HTTPS_PROXY except for NO_PROXY, with a time-out for silence, and
// again where a try may have failed by chance.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { HttpClient, HttpCodes } from '@actions/http-client';
import type { HttpClientResponse } from '@actions/http-client';

const TRIES = 3;

export interface Times {
  /** A place that is silent for that long is not waited for. */
  patience: number;
  /** Between two tries; a place that is overloaded needs some. */
  pause: number;
}

/** In milliseconds. */
const TIMES: Times = { patience: 15_000, pause: 1_000 };

/** A small text. */
export async function fetchText(url: string, times = TIMES): Promise<string> {
  // The client waits for the first bytes only.
  return fetch(url, times, (answer) => Promise.race([answer.readBody(), silence(times.patience)]));
}

/** A file of any size: as long as bytes come, it is waited for. */
export async function fetchFile(url: string, file: string, times = TIMES): Promise<void> {
  await fetch(url, times, async ({ message }) => {
    const announced = message.headers['content-length'];
    let size = 0;
    const stop = (): void => {
      message.destroy(new Error(`nothing came for ${String(times.patience / 1000)} s`));
    };
    let watch = setTimeout(stop, times.patience);
    message.on('data', (bytes: Buffer) => {
      size += bytes.length;
      clearTimeout(watch);
      watch = setTimeout(stop, times.patience);
    });
    try {
      await pipeline(message, createWriteStream(file));
    } finally {
      clearTimeout(watch);
    }
    if (announced !== undefined && Number(announced) !== size) {
      throw new Error(`${String(size)} of ${announced} bytes came`);
    }
  });
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Asks, and hands a good answer to `read`; a failure of that may be one by chance too. */
async function fetch<T>(url: string, times: Times, read: (answer: HttpClientResponse) => Promise<T>): Promise<T> {
  let failure = '';
  for (let count = 1; count <= TRIES; count++) {
    if (count > 1) {
      await wait(times.pause * (count - 1));
    }
    const client = new HttpClient('gom', [], { socketTimeout: times.patience, keepAlive: false });
    try {
      const answer = await client.get(url);
      const status = answer.message.statusCode ?? 0;
      if (status === (HttpCodes.OK as number)) {
        return await read(answer);
      }
      failure = `status ${String(status)}`;
      answer.message.destroy();
      if (!mayPass(status)) {
        break;
      }
    } catch (error) {
      failure = error instanceof Error ? reason(error) : String(error);
    } finally {
      client.dispose();
    }
  }
  throw new Error(`can't download ${url}: ${failure}\n${hint()}`);
}

async function silence(patience: number): Promise<never> {
  await wait(patience, undefined, { ref: false });
  throw new Error(`nothing came for ${String(patience / 1000)} s`);
}

/** Whether another try may go better. */
function mayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** Node gives the several addresses of a host an error without a message. */
function reason(error: Error): string {
  return error.message || ('code' in error ? String(error.code) : error.name);
}

function hint(): string {
  const proxy = ['https_proxy', 'HTTPS_PROXY'].find((name) => process.env[name]);
  return proxy === undefined
    ? 'hint: set HTTPS_PROXY if this runner needs a proxy, or install gom on it'
    : `hint: ${proxy} is set, so it was asked by way of that; see whether it works, and NO_PROXY`;
}
