import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { OperationRecords } from '../../src/graphql/plugins/records.ts';
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
});
