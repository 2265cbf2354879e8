import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loopbackCertificate } from '../__tests__/support/quay/listener.ts';

/** A real nginx with the rate limits of Quay's front. */
export interface Nginx {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  proxyTo(upstream: string): Promise<void>;
  stop(): void;
}

/** Prepares a real nginx; undefined where none is installed. */
export async function startNginx(folder: string): Promise<Nginx | undefined> {
  if (spawnSync('nginx', ['-v']).error) return undefined;
  const { key, cert } = await loopbackCertificate();
  const home = join(folder, 'nginx');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'key.pem'), key);
  writeFileSync(join(home, 'cert.pem'), cert);
  const port = await freePort();
  let stop = (): void => undefined;
  return {
    url: `https://localhost:${port}`,
    ca: cert,
    async proxyTo(upstream) {
      writeFileSync(join(home, 'nginx.conf'), configuration(home, port, upstream));
      const child = spawn('nginx', ['-p', home, '-c', join(home, 'nginx.conf'), '-g', 'daemon off;'], {
        stdio: 'ignore',
      });
      stop = () => void child.kill('SIGQUIT');
      await sleep(500);
    },
    stop: () => stop(),
  };
}

function configuration(home: string, port: number, upstream: string): string {
  return `
worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi; scgi_temp_path ${home}/scgi;
  # An empty key is not limited: each protocol has limits of its own.
  map $http2 $http1_client { "" $binary_remote_addr; default ""; }
  map $http2 $http2_connection { "" ""; default $connection; }
  limit_req_zone $http1_client zone=api1:1m rate=5r/s;
  limit_req_zone $http2_connection zone=api2:1m rate=50r/s;
  limit_req_status 429;
  server {
    listen ${port} ssl http2;
    ssl_certificate ${home}/cert.pem;
    ssl_certificate_key ${home}/key.pem;
    http2_max_concurrent_streams 128;
    keepalive_requests 100000;
    location /api/ {
      limit_req zone=api1 burst=25 nodelay;
      limit_req zone=api2 burst=100 nodelay;
      proxy_pass ${upstream};
      proxy_http_version 1.1;
    }
    location / { proxy_pass ${upstream}; }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
