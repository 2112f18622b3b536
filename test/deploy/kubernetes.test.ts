import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';
import { environment, instruction } from './dockerfile.ts';
import { repositoryFile } from './repository.ts';
import { envFile, settings } from './settings.ts';

const FOLDER = 'deploy/kubernetes';
const labels = z.record(z.string(), z.string());
const selector = z.object({ matchLabels: labels });
const probe = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
});

/** The fields of a Deployment that these tests check. */
const deploymentShape = z.object({
  spec: z.object({
    replicas: z.number(),
    selector,
    template: z.object({
      metadata: z.object({ labels }),
      spec: z.object({
        automountServiceAccountToken: z.literal(false),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.object({
          runAsNonRoot: z.literal(true),
          runAsUser: z.number(),
          seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
        }),
        topologySpreadConstraints: z.array(z.object({ labelSelector: selector })).min(1),
        volumes: z.array(z.looseObject({ name: z.string() })),
        containers: z.tuple([
          z.object({
            image: z.string(),
            ports: z.tuple([z.object({ name: z.string(), containerPort: z.number() })]),
            envFrom: z.array(z.looseObject({})),
            securityContext: z.object({
              allowPrivilegeEscalation: z.literal(false),
              readOnlyRootFilesystem: z.literal(true),
              capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
            }),
            resources: z.object({
              requests: z.object({ cpu: z.string(), memory: z.string() }),
              limits: z.object({ cpu: z.string(), memory: z.string() }),
            }),
            startupProbe: probe,
            livenessProbe: probe,
            readinessProbe: probe,
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
          }),
        ]),
      }),
    }),
  }),
});

function document(file: string): unknown {
  return documents(file)[0];
}

function documents(file: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(repositoryFile(`${FOLDER}/${file}`), 'utf8'), {
    strict: true,
    uniqueKeys: true,
  }).map((parsed) => {
    expect(parsed.errors).toEqual([]);
    return parsed.toJS() as unknown;
  });
}

const deployment = deploymentShape.parse(document('deployment.yaml')).spec;
const pod = deployment.template.spec;
const [container] = pod.containers;

describe('the Deployment', () => {
  it('runs two gateways as the user of the image, on its port, within limits', () => {
    expect(deployment.replicas).toBe(2);
    expect(String(pod.securityContext.runAsUser)).toBe(instruction('USER').split(':')[0]);
    expect(String(container.ports[0].containerPort)).toBe(environment().PORT);
    expect(deployment.template.metadata.labels).toMatchObject(deployment.selector.matchLabels);
    for (const { labelSelector } of pod.topologySpreadConstraints) {
      expect(labelSelector).toEqual(deployment.selector);
    }
  });

  it('uses /health for liveness and /ready for readiness', () => {
    expect(container.startupProbe.httpGet).toEqual({ path: '/health', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/health', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/ready', port: 'http' });
    expect(container.ports[0].name).toBe('http');
  });

  it('gives a pod enough time to drain, and endpoints the time to notice that it is not ready', () => {
    const env = envFile(`${FOLDER}/gateway.env`);
    const delayMs = Number(env.DRAIN_DELAY_MS);
    // Five seconds in addition to a call to VOD, and ten seconds to close. See src/gateway.ts.
    const longestMs = delayMs + Number(env.VOD_TIMEOUT_MS) + 5_000 + 10_000;
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(longestMs);
    expect(delayMs).toBeGreaterThan(0);
  });

  it('mounts every folder that the gateway writes or reads, from a volume that exists', () => {
    const paths = container.volumeMounts.map(({ mountPath }) => mountPath);
    expect(paths).toEqual(expect.arrayContaining(['/tmp', environment().DATA_DIR ?? '']));
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(
      pod.volumes.map(({ name }) => name).sort(),
    );
    const env = envFile(`${FOLDER}/gateway.env`);
    for (const name of ['API_KEYS_FILE', 'ALIBABA_CLOUD_OIDC_TOKEN_FILE']) {
      const folder = env[name]?.replace(/\/[^/]+$/, '');
      expect(paths).toContain(folder);
    }
    const secrets = documents('secret.example.yaml').map((secret) =>
      z.object({ metadata: z.object({ name: z.string() }), stringData: labels }).parse(secret),
    );
    const callers = pod.volumes.find(({ name }) => name === 'callers');
    expect(callers).toMatchObject({ secret: { secretName: secrets[1]?.metadata.name } });
    expect(Object.keys(secrets[1]?.stringData ?? {})).toEqual([basename(env.API_KEYS_FILE ?? '')]);
    expect(container.envFrom).toContainEqual({ secretRef: { name: secrets[0]?.metadata.name } });
  });
});

describe('the other resources', () => {
  it('select the pods of the Deployment', () => {
    const { matchLabels } = deployment.selector;
    expect(document('service.yaml')).toMatchObject({
      spec: { selector: matchLabels, ports: [{ targetPort: container.ports[0].name }] },
    });
    expect(document('pod-disruption-budget.yaml')).toMatchObject({ spec: { selector: { matchLabels } } });
    expect(document('network-policy.yaml')).toMatchObject({
      spec: {
        podSelector: { matchLabels },
        ingress: [{ ports: [{ port: container.ports[0].containerPort }] }],
      },
    });
    expect(document('service-monitor.yaml')).toMatchObject({ spec: { selector: { matchLabels } } });
  });

  it('let the ingress reach only GraphQL and the callbacks, and Prometheus the metrics', () => {
    const ingress = z.object({
      spec: z.object({
        rules: z.array(
          z.object({
            http: z.object({ paths: z.array(z.object({ path: z.string(), pathType: z.string() })) }),
          }),
        ),
      }),
    });
    const rules = documents('ingress.yaml').flatMap((part) => ingress.parse(part).spec.rules);
    expect(
      rules.flatMap(({ http }) => http.paths.map(({ path, pathType }) => `${pathType} ${path}`)),
    ).toEqual(['Exact /graphql', 'Exact /callbacks/vod']);
    const namespaces = JSON.stringify(document('network-policy.yaml'));
    expect(namespaces).toContain('"kubernetes.io/metadata.name":"monitoring"');
    expect(namespaces).toContain('"app.kubernetes.io/name":"ingress-nginx"');
  });

  it('limit the connections and requests of each address, and let as many events pass as a gateway accepts', () => {
    const [graphql, events] = documents('ingress.yaml').map(
      (part) => z.object({ metadata: z.object({ annotations: labels }) }).parse(part).metadata.annotations,
    );
    const limit = (of: typeof graphql, name: string) =>
      Number(of?.[`nginx.ingress.kubernetes.io/limit-${name}`]);
    expect(limit(graphql, 'connections')).toBeGreaterThan(0);
    expect(limit(graphql, 'rps')).toBeGreaterThan(0);
    expect(limit(events, 'rps')).toBe(500);
    expect(limit(events, 'rps') * limit(events, 'burst-multiplier')).toBe(5_000);
  });

  it('neither retry a request that a gateway may have received nor buffer a stream', () => {
    expect(document('ingress.yaml')).toMatchObject({
      metadata: {
        annotations: {
          'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
          'nginx.ingress.kubernetes.io/proxy-next-upstream': 'error timeout',
        },
      },
    });
  });

  it('are in the kustomization, except optional ones and the example of secrets', () => {
    const { resources, images } = z
      .object({
        resources: z.array(z.string()),
        images: z.array(z.object({ name: z.string(), newTag: z.string() })),
      })
      .parse(document('kustomization.yaml'));
    const optional = ['horizontal-pod-autoscaler.yaml', 'service-monitor.yaml'];
    const files = globSync('*.yaml', { cwd: repositoryFile(FOLDER) });
    expect([...resources, ...optional, 'kustomization.yaml', 'secret.example.yaml'].sort()).toEqual(
      files.sort(),
    );
    for (const file of files) documents(file);
    expect(container.image).toBe(`${images[0]?.name}:${images[0]?.newTag}`);
  });
});

describe('the settings', () => {
  it('exist, and the gateway starts with them and the secrets', () => {
    const env = envFile(`${FOLDER}/gateway.env`);
    const known = settings();
    for (const name of Object.keys(env)) expect(known).toContain(name);
    const [first] = documents('secret.example.yaml');
    const secret = z.object({ stringData: labels }).parse(first).stringData;
    for (const name of Object.keys(secret)) expect(known).toContain(name);

    const config = readConfig({
      ...environment(),
      ...env,
      DATABASE_URL: 'postgres://gateway:password@postgres:5432/gateway?sslmode=verify-full',
      VOD_CALLBACK_KEYS: 'new,old',
    });
    expect(config).toMatchObject({ upstream: { kind: 'api' }, auth: { kind: 'closed' }, host: '0.0.0.0' });
    expect(config.exposure).toMatchObject({ introspection: false, graphiql: false });
  });

  it('have no secrets: the example of secrets has placeholders', () => {
    for (const name of Object.keys(envFile(`${FOLDER}/gateway.env`))) {
      expect(name).not.toMatch(/SECRET|PASSWORD|CALLBACK_KEYS|DATABASE_URL|SECURITY_TOKEN/);
    }
    const example = readFileSync(repositoryFile(`${FOLDER}/secret.example.yaml`), 'utf8');
    for (const line of example
      .split('\n')
      .filter((text) => /DATABASE_URL|KEYS:|ACCESS_KEY|sha256/.test(text))) {
      expect(line).toMatch(/<[^>]+>/);
    }
  });
});
