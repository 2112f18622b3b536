import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AIJobsDocument, SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import { finishedJobs, runningGateway } from '../support/running-gateway.ts';
import { repositoryFile } from './repository.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string }[];
}

const alertsFile = repositoryFile('deploy/prometheus/alerts.yaml');
const rules = (parse(readFileSync(alertsFile, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(readFileSync(repositoryFile('deploy/grafana/dashboard.json'), 'utf8')) as {
  schemaVersion: number;
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
};
const panelExpressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** Keywords of PromQL, which are not metrics. */
const words = new Set(['by', 'without', 'on', 'ignoring', 'and', 'or', 'unless', 'bool', 'offset']);

/** The metrics in an expression: its words without functions, labels and keywords. */
function metricsOf(expression: string): string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ');
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w|\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !words.has(name));
}

/** The names of all time series of a gateway. */
async function exposed(): Promise<ReadonlySet<string>> {
  const { app, emulator, query } = await runningGateway();
  app.metrics.watchProcess();
  await query(AIJobsDocument, { ids: finishedJobs(emulator, 2) });
  await query(SubmitAIJobDocument, { input: { videoId: 'v' } });
  const { body } = await app.metrics.text();
  // A counter with labels has no series before its first increment, but a line with its type.
  const declared = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set(declared);
}

describe('the dashboard and the alert rules', () => {
  it('use only metrics of the gateway', async () => {
    const known = await exposed();
    const expressions = [
      ...rules.map(({ expr }) => expr),
      ...panelExpressions,
      ...dashboard.templating.list.flatMap(
        ({ definition = '' }) => /label_values\(([^,]+),/.exec(definition)?.[1] ?? [],
      ),
    ];
    for (const expression of expressions) {
      const names = metricsOf(expression);
      expect(names, expression).not.toEqual([]);
      expect(
        names.filter((name) => !known.has(name)),
        expression,
      ).toEqual([]);
    }
  });

  it('show every metric that is specific to the gateway', async () => {
    const shown = new Set([...rules.map(({ expr }) => expr), ...panelExpressions].flatMap(metricsOf));
    const own = [...(await exposed())].filter((name) =>
      /^(graphql|vod|job|ledger|streams|sub|requests|gateway)_/.test(name),
    );
    const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
    const shownBases = new Set([...shown].map(base));
    expect(own.filter((name) => !shownBases.has(base(name)))).toEqual([]);
  });

  it('have the format of Grafana 10, with a selectable data source', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(38);
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(panels.filter(({ datasource }) => !/^\$\{datasource\}$/.test(datasource?.uid ?? ''))).toEqual([]);
  });

  it('describe every alert and link to its section in operations.md', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, annotations } of rules) {
      const anchor = alert.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
      expect(annotations).toEqual({
        summary: expect.any(String),
        description: expect.any(String),
        runbook_url: `docs/operations.md#${anchor}`,
      });
    }
  });

  const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((path) => existsSync(path));
  it('are valid for Prometheus', ({ skip }) => {
    if (!promtool) return skip('promtool, of the package prometheus, is not installed');
    expect(execFileSync(promtool, ['check', 'rules', alertsFile], { encoding: 'utf8' })).toContain('SUCCESS');
  });
});
