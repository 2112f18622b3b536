import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const compiler = JSON.stringify(join(import.meta.dirname, '../../src/config/compiler.ts'));

/** A function that calls forty others, each of a hundred bytes of bytecode. */
const steps = Array.from({ length: 12 }, (_, step) => `x = (x * ${step + 3}) ^ ${step};`).join(' ');
const indices = [...Array(40).keys()];
const code = `
  ${indices.map((index) => `function called${index}(x) { ${steps} return x + ${index}; }`).join('\n')}
  function caller(x) { return ${indices.map((index) => `called${index}(x)`).join(' + ')}; }
  %PrepareFunctionForOptimization(caller);
  for (let call = 0; call < 100; call += 1) caller(call);
  %OptimizeFunctionOnNextCall(caller);
  caller(1);
`;

/** How many calls V8 compiles inline. */
function inlinedCalls(setUp: string): number {
  const flags = ['--allow-natives-syntax', '--trace-turbo-inlining', '--input-type=module'];
  const output = execFileSync(process.execPath, [...flags, '--eval', `${setUp}; ${code}`], {
    encoding: 'utf8',
  });
  return output.match(/^Inlining /gm)?.length ?? 0;
}

it('makes V8 compile twice as many calls inline', () => {
  const byDefault = inlinedCalls('');
  expect(byDefault).toBeGreaterThan(0);
  expect(inlinedCalls(`(await import(${compiler})).setInlining()`)).toBeGreaterThanOrEqual(2 * byDefault);
});
