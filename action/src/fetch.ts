// Fetches a small text as the runner's network wants it: through HTTPS_PROXY except for NO_PROXY, with a time-out,
// and again where a try may have failed by chance.

import { setTimeout as wait } from 'node:timers/promises';

import { HttpClient, HttpCodes } from '@actions/http-client';

const TRIES = 3;

export interface Times {
  /** A place that is silent for that long is not waited for. */
  patience: number;
  /** Between two tries; a place that is overloaded needs some. */
  pause: number;
}

/** In milliseconds. */
const TIMES: Times = { patience: 15_000, pause: 1_000 };

export async function fetchText(url: string, times = TIMES): Promise<string> {
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
        // The client waits for the first bytes only.
        return await Promise.race([answer.readBody(), silence(times.patience)]);
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
