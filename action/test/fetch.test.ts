// How the installer and the archive of a release are fetched, in networks as runners have them (K14.3).

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { fetchFile, fetchText, sha256 } from '../src/fetch.ts';

const TIMES = { patience: 200, pause: 1 };

async function serve(t: TestContext, answer: RequestListener, also?: (server: Server) => void): Promise<string> {
  const server = createServer(answer);
  also?.(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** Variables of the environment for one test. */
function set(t: TestContext, variables: Record<string, string>): void {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    for (const spelling of [name, name.toUpperCase()]) {
      const before = process.env[spelling];
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- it is one of six names
      delete process.env[spelling];
      t.after(() => {
        if (before !== undefined) process.env[spelling] = before;
      });
    }
  }
  for (const [name, value] of Object.entries(variables)) {
    process.env[name] = value;
    t.after(() => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- as above
      delete process.env[name];
    });
  }
}

test('what fails by chance is tried again', async (t) => {
  set(t, {});
  let count = 0;
  const base = await serve(t, (request, response) => {
    count += 1;
    if (count === 1) request.socket.destroy();
    else if (count === 2) response.writeHead(503).end('busy');
    else response.end('echo hello\n');
  });
  assert.equal(await fetchText(`${base}/install.sh`, TIMES), 'echo hello\n');
  assert.equal(count, 3);
});

test('what is not there is not asked for again', async (t) => {
  set(t, {});
  let count = 0;
  const base = await serve(t, (_, response) => {
    count += 1;
    response.writeHead(404).end();
  });
  await assert.rejects(fetchText(`${base}/install.sh`, TIMES), /^Error: can't download .*: status 404\nhint: set HTTPS_PROXY/);
  assert.equal(count, 1);
});

test('a place that is silent is given up, before its answer or in the middle of it', async (t) => {
  set(t, {});
  let count = 0;
  const base = await serve(t, (_, response) => {
    count += 1;
    if (count > 1) response.write('half of ');
  });
  await assert.rejects(fetchText(`${base}/install.sh`, TIMES), /nothing came for 0\.2 s/);
  assert.equal(count, 3);
});

test('a proxy is used for every host but those of NO_PROXY, and is named when it refuses', async (t) => {
  const connected: string[] = [];
  const proxy = await serve(
    t,
    (_, response) => response.end(),
    (server) =>
      server.on('connect', (request, socket) => {
        connected.push(request.url ?? '');
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      }),
  );
  set(t, { HTTPS_PROXY: proxy, NO_PROXY: 'near.invalid' });
  await assert.rejects(fetchText('https://far.invalid/install.sh', TIMES), /hint: HTTPS_PROXY is set/);
  assert.deepEqual([...new Set(connected)], ['far.invalid:443']);
  await assert.rejects(fetchText('https://near.invalid/install.sh', TIMES), /ENOTFOUND|EAI_AGAIN/);
  assert.deepEqual([...new Set(connected)], ['far.invalid:443']);
});

function temporaryFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'gom-fetch-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, 'file');
}

test('a file that is cut off or stops coming is fetched again from its start', async (t) => {
  set(t, {});
  const file = temporaryFile(t);
  const bytes = randomBytes(300_000);
  let count = 0;
  const base = await serve(t, (_, response) => {
    count += 1;
    response.writeHead(200, { 'Content-Length': bytes.length });
    if (count === 1) response.write(bytes.subarray(0, 100_000), () => response.destroy());
    else if (count === 2) response.write(bytes.subarray(0, 200_000));
    else response.end(bytes);
  });
  await fetchFile(`${base}/gom.tar.gz`, file, TIMES);
  assert.equal(count, 3);
  assert.deepEqual(readFileSync(file), bytes);
  assert.equal(await sha256(file), createHash('sha256').update(bytes).digest('hex'));
});

test('a file that is slow is waited for as long as bytes come', async (t) => {
  set(t, {});
  const file = temporaryFile(t);
  let count = 0;
  const base = await serve(t, (_, response) => {
    count += 1;
    let left = 8;
    const more = (): void => {
      left -= 1;
      if (left === 0) response.end('x');
      else response.write('x', () => setTimeout(more, TIMES.patience / 4));
    };
    more();
  });
  await fetchFile(`${base}/gom.tar.gz`, file, TIMES);
  assert.equal(count, 1);
  assert.equal(readFileSync(file, 'utf8'), 'xxxxxxxx');
});
