import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { createDatabase } from '../support/postgres.ts';
import { environment } from './dockerfile.ts';
import { repositoryFile } from './repository.ts';
import { envFile, settings } from './settings.ts';

const run = promisify(execFile);
const serviceShape = z.looseObject({
  image: z.string(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  deploy: z.object({
    replicas: z.number().optional(),
    resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }),
  }),
  environment: z.record(z.string(), z.string()).optional(),
  networks: z.array(z.string()),
  ports: z.array(z.string()).optional(),
});

const source = readFileSync(repositoryFile('deploy/compose.yaml'), 'utf8');
const { services, networks, secrets } = z
  .object({
    services: z.record(z.string(), serviceShape),
    networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
  })
  .parse(parse(source, { merge: true }));
const gateway = serviceShape.parse(services.gateway);
const nginx = readFileSync(repositoryFile('deploy/compose/nginx.conf'), 'utf8');

describe('the compose file', () => {
  it('runs two gateways, a load balancer and Postgres, and Prometheus with a profile', () => {
    expect(Object.keys(services)).toEqual(['gateway', 'balancer', 'postgres', 'prometheus']);
    expect(gateway.deploy.replicas).toBe(2);
    expect(services.prometheus?.profiles).toEqual(['monitoring']);
    expect(gateway.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  });

  it('pins every image to a release, with a digest where one is known', () => {
    for (const { image } of Object.values(services)) {
      expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?(@sha256:[\da-f]{64})?$/);
    }
  });

  it('exposes only the load balancer, on loopback', () => {
    expect(networks.back?.internal).toBe(true);
    expect(services.postgres?.networks).toEqual(['back']);
    expect(gateway.ports).toBeUndefined();
    for (const { ports = [] } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('sets only existing variables, and the gateway starts with them', () => {
    const known = settings();
    const filledIn = Object.fromEntries(
      Object.entries(gateway.environment ?? {}).map(([name, value]) => {
        expect(known).toContain(name);
        return [name, value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{\w+:\?[^}]*\}/g, 'filled-in')];
      }),
    );
    const config = readConfig({ ...environment(), ...filledIn });
    expect(config).toMatchObject({ upstream: { kind: 'api' }, auth: { kind: 'closed' } });
    expect(config.ledger.databaseUrl).toBe('postgres://gateway:filled-in@postgres:5432/gateway');
  });

  it('has no secrets: they come from files that git ignores', () => {
    const taken = [...source.matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? '');
    expect(Object.keys(envFile('deploy/.env.example')).sort()).toEqual([...new Set(taken)].sort());
    for (const [name, value] of Object.entries(envFile('deploy/.env.example'))) {
      if (/PASSWORD|KEY/.test(name)) expect([name, value]).toEqual([name, '']);
    }
    const ignored = readFileSync(repositoryFile('.gitignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['deploy/.env', 'deploy/api-keys.json']));
    expect(secrets['api-keys']?.file).toBe('./api-keys.json');
    for (const { environment: env = {} } of Object.values(services)) {
      for (const [name, value] of Object.entries(env)) {
        if (/PASSWORD|SECRET|KEYS$/.test(name)) expect(value).toMatch(/^\$\{/);
      }
    }
  });
});

describe('the load balancer', () => {
  it('forwards GraphQL, the callbacks and /health to the port of the image', () => {
    expect(
      [...nginx.matchAll(/location (= )?(\S+) \{/g)].map(([, exact = '', path]) => exact + path),
    ).toEqual(['= /graphql', '= /callbacks/vod', '= /health', '/']);
    expect(nginx).toContain(`set $gateway http://gateway:${environment().PORT};`);
    expect(nginx).toMatch(/location \/ \{\s+return 404;/);
  });

  it('buffers no stream, forwards WebSockets, and retries no request that a gateway may have received', () => {
    expect(nginx).toMatch(/location = \/graphql \{[^}]*proxy_buffering off;[^}]*\}/);
    expect(nginx).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(nginx).toContain('proxy_next_upstream error timeout;');
    expect(nginx).not.toContain('non_idempotent');
  });

  it('limits the connections and requests of each address, and lets as many events pass as a gateway accepts', () => {
    expect(nginx).toMatch(/limit_conn_zone \$binary_remote_addr zone=connections:/);
    expect(nginx).toContain('    limit_conn connections 200;');
    expect(nginx).toMatch(/location = \/graphql \{[^}]*limit_req zone=requests [^}]*\}/);
    expect(nginx).toMatch(/zone=events:1m rate=500r\/s;/);
    expect(nginx).toMatch(/location = \/callbacks\/vod \{[^}]*limit_req zone=events burst=5000 nodelay;/);
    // Behind the proxy that terminates TLS, all clients would have one address.
    expect(nginx).toContain('real_ip_header X-Forwarded-For;');
    expect(gateway.environment?.TRUSTED_PROXIES).toContain('172.16.0.0/12');
  });

  it('logs no query', () => {
    const [format] = /log_format[^;]+;/.exec(nginx) ?? [''];
    expect(format).not.toMatch(/\$request\b|\$request_uri|\$args|\$query_string|\$http_/);
  });
});

describe('the role of the gateway in Postgres', () => {
  it('owns the ledger, and can create nothing else on the server', async () => {
    const [, sql = ''] =
      /<<'SQL'\n([\s\S]*?)\nSQL/.exec(
        readFileSync(repositoryFile('deploy/compose/postgres-role.sh'), 'utf8'),
      ) ?? [];
    const admin = await createDatabase();
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    for (const statement of sql.split(';').filter((text) => text.trim() !== '')) {
      await client.query(statement.replace(":'password'", "'of-the-gateway'"));
    }
    onTestFinished(async () => {
      await client.query('drop database gateway');
      await client.query('drop role gateway');
      await client.end();
    });
    const url = `postgres://gateway:of-the-gateway@${new URL(admin).host}/gateway`;
    const ledger = await openLedger({ databaseUrl: url, dataDir: '' });
    await ledger.check();
    await ledger.close();

    const role = new pg.Client({ connectionString: url });
    await role.connect();
    await expect(role.query('create database another')).rejects.toThrow('permission denied');
    await expect(role.query('create role another')).rejects.toThrow('permission denied');
    await role.end();
  });

  it('is created by a script without syntax errors', async () => {
    await run('sh', ['-n', repositoryFile('deploy/compose/postgres-role.sh')]);
  });
});
