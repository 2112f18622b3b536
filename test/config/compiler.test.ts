import { expect, it } from 'vitest';
import { callOf, runScript } from './run-script.ts';

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

/** How many calls V8 inlines. */
function inlinedCalls(setUp: string): number {
  const output = runScript(['--allow-natives-syntax', '--trace-turbo-inlining'], setUp + code);
  return output.match(/^Inlining /gm)?.length ?? 0;
}

it('makes V8 inline twice as many calls', () => {
  const byDefault = inlinedCalls('');
  expect(byDefault).toBeGreaterThan(0);
  expect(inlinedCalls(callOf('compiler.ts', 'setInlining'))).toBeGreaterThanOrEqual(2 * byDefault);
});
