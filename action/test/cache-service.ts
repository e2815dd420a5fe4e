// A service for caches as a runner has it (its first version), with its entries in memory.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface CacheService {
  url: string;
  /** Key to archive, of the entries that are complete. */
  entries: Map<string, Buffer>;
  /** What was looked for: the key, then the prefixes. */
  lookups: string[];
  stop: () => void;
}

export async function startCacheService(): Promise<CacheService> {
  const entries = new Map<string, Buffer>();
  const lookups: string[] = [];
  const reserved: { key: string; bytes: Buffer }[] = [];
  let url = '';

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const route = `${request.method ?? ''} ${pathname.replace(/^\/_apis\/artifactcache/, '')}`;
    const body = await buffer(request);
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const number = Number(/\d+$/.exec(route)?.[0]);
    if (route === 'GET /cache') {
      const keys = searchParams.get('keys') ?? '';
      lookups.push(keys);
      const found = find(entries, keys.split(','));
      if (found === undefined) {
        response.writeHead(204).end();
      } else {
        json(200, { cacheKey: found, archiveLocation: `${url}archive/${encodeURIComponent(found)}` });
      }
    } else if (route.startsWith('GET /archive/')) {
      response.writeHead(200).end(entries.get(decodeURIComponent(route.slice('GET /archive/'.length))));
    } else if (route === 'POST /caches') {
      const { key } = JSON.parse(body.toString()) as { key: string };
      reserved.push({ key, bytes: Buffer.alloc(0) });
      json(201, { cacheId: reserved.length });
    } else if (route.startsWith('PATCH /caches/')) {
      const entry = reserved[number - 1];
      if (entry !== undefined) entry.bytes = Buffer.concat([entry.bytes, body]);
      response.writeHead(204).end();
    } else if (route.startsWith('POST /caches/')) {
      const entry = reserved[number - 1];
      if (entry !== undefined) entries.set(entry.key, entry.bytes);
      response.writeHead(204).end();
    } else {
      json(404, { message: route });
    }
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  return {
    url,
    entries,
    lookups,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The first key is meant exactly, the others as prefixes. */
function find(entries: Map<string, Buffer>, [key = '', ...prefixes]: string[]): string | undefined {
  if (entries.has(key)) {
    return key;
  }
  const names = [...entries.keys()];
  return prefixes.map((prefix) => names.find((name) => name.startsWith(prefix))).find((name) => name !== undefined);
}
