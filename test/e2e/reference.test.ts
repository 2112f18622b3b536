import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, isIntrospectionType, isObjectType } from 'graphql';
import { expect, it, onTestFinished } from 'vitest';

const folder = fileURLToPath(new URL('../../schema/reference/', import.meta.url));
const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));

it('the HTML reference has every type and every operation of the schema', async () => {
  const target = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-reference-'));
  onTestFinished(() => rmSync(target, { recursive: true }));
  const command = ['node_modules/spectaql/bin/spectaql.js', 'spectaql.yml', '--target-dir', target];
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(output);

  const html = readFileSync(join(target, 'index.html'), 'utf8');
  const anchors = new Set(Array.from(html.matchAll(/ id="([\w-]+)"/g), ([, id]) => id));
  const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };
  const expected = Object.entries(roots).flatMap(([kind, name]) => {
    const type = schema.getType(name);
    return isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${kind}-${field}`) : [];
  });
  for (const type of Object.values(schema.getTypeMap())) {
    const isRoot = Object.values(roots).includes(type.name);
    if (!isRoot && !isIntrospectionType(type)) expected.push(`definition-${type.name}`);
  }
  expect(expected.length).toBeGreaterThan(80);
  expect(expected.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  // The page works without a network.
  expect(html).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?\/\//);
});
