import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getNamedType, isObjectType, parse, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { OperationPlan } from '../../src/graphql/plan.ts';
import { OperationRecords } from '../../src/graphql/plugins/records.ts';
import { PreparedDocuments } from '../../src/graphql/prepared-documents.ts';
import { schema } from '../../src/graphql/schema/schema.ts';
import { collectedLog } from '../support/collected-logs.ts';
import { runningGateway } from '../support/running-gateway.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The heap in use, in bytes, without garbage. */
function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Parses and validates documents with the engine of a gateway. */
async function gatewayParser() {
  const { app } = await runningGateway();
  const records = new OperationRecords({ log: collectedLog(), observer: app.metrics.operations });
  return (text: string) => {
    const prepared = app.engine.prepare({ query: text }, records.begin({ transport: 'http' }));
    return 'errors' in prepared ? { ...prepared, document: undefined } : { ...prepared, errors: [] };
  };
}

/** A document of 5.7 KB, close to the limit of tokens. */
function longDocument(index: number, field = 'status'): string {
  return `query Q${index} { aiJob(id: "j${index}") { ${`${field} `.repeat(5_600 / (field.length + 1))} } }`;
}

describe('the document cache', () => {
  it('parses and validates a valid document once', async () => {
    const parse = await gatewayParser();
    const first = parse('{ aiJob(id: "a") { id } }');
    expect(first.errors).toEqual([]);
    expect(parse('{ aiJob(id: "a") { id } }').document).toBe(first.document);
  });

  it('does not keep an invalid document', async () => {
    const parse = await gatewayParser();
    const first = parse('{ aiJob(id: "a") { nothing } }');
    expect(first.errors).toHaveLength(1);
    const second = parse('{ aiJob(id: "a") { nothing } }');
    expect(second.errors).toHaveLength(1);
  });

  it.each([
    ['valid', 'status'],
    ['invalid', 'nothing'],
  ])(
    'keeps at most 64 MB of 400 distinct %s documents, each of which takes 1 MB',
    async (_kind, field) => {
      const parse = await gatewayParser();
      parse(longDocument(9_999, field));
      const before = heapUsed();
      for (let index = 0; index < 400; index++) parse(longDocument(index, field));
      expect((heapUsed() - before) / 1024 / 1024).toBeLessThan(64);
    },
    60_000,
  );

  it('keeps the plan of an operation', () => {
    const documents = new PreparedDocuments({ schema, rules: [] });
    const text = '{ aiJob(id: "a") { id video { id } } }';
    const { plan } = documents.prepare(text, undefined);
    selectAll(plan);

    expect(documents.prepare(text, undefined).plan).toBe(plan);
  });

  it('has each field of a fragment once in a plan, however often the fragment is used', () => {
    const documents = new PreparedDocuments({ schema, rules: [] });
    const fragments = Array.from({ length: 5 }, (_, level) => {
      const next = `{ video { ...F${level + 1} } }`;
      return `fragment F${level} on Video { a: latestAIJob(type: VIDEO_TAG) ${next} b: latestAIJob(type: MEDIA_DNA) ${next} }`;
    });
    const text = `{ aiJob(id: "a") { video { ...F0 } } } ${fragments.join(' ')} fragment F5 on Video { id }`;
    const { plan } = documents.prepare(text, undefined);
    selectAll(plan);

    // Two of the operation, four of each fragment, and the last one.
    expect(plan.fields).toBe(2 + 4 * 5 + 1);
    expect(documents.prepare(text, undefined).plan).toBe(plan);
  });

  it('keeps no more plans of a document than have as many fields as it has nodes', () => {
    const documents = new PreparedDocuments({ schema, rules: [] });
    const names = Array.from({ length: 100 }, (_, index) => `Q${index}`);
    const fragment =
      'fragment F on Query { aiJob(id: "a") { id status type data createdAt completedAt video { id } } }';
    const text = `${names.map((name) => `query ${name} { ...F }`).join(' ')} ${fragment}`;
    const plans = names.map((name) => documents.prepare(text, name).plan);
    for (const plan of plans) selectAll(plan);

    const kept = plans.filter((plan, index) => documents.prepare(text, names[index]).plan === plan);

    let nodes = 0;
    visit(parse(text), { enter: () => void nodes++ });
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThan(100);
    expect(kept.reduce((sum, plan) => sum + plan.fields, 0)).toBeLessThanOrEqual(nodes);
  });
});

/** Makes all selections of a plan, as responses with objects in all places do. */
function selectAll(plan: OperationPlan, { fields } = plan.root): void {
  for (const field of fields) {
    const type = getNamedType(field.definition.type);
    if (isObjectType(type)) selectAll(plan, field.selectionOf(type));
  }
}
