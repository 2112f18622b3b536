import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { actionNames } from '../../src/emulator/actions/table.ts';
import { helpText, parseCommandLine, parseEventFault, parseFault } from '../../src/emulator/command-line.ts';
import { faultKinds } from '../../src/emulator/faults.ts';
import { documentedLimits } from '../../src/emulator/quotas.ts';

describe('the command line', () => {
  test('has defaults', () => {
    expect(parseCommandLine([])).toEqual({
      help: false,
      host: '127.0.0.1',
      port: 4010,
      region: 'cn-shanghai',
      speed: 1,
      qps: documentedLimits,
      faults: [],
      eventFaults: {},
      strictTemplates: false,
    });
  });

  test('accepts every flag', () => {
    const line = [
      '--port=0',
      '--host=::1',
      '--region=cn-beijing',
      '--speed=Infinity',
      '--qps=5',
      '--qps=ListAIJob:50',
      '--callback-url=https://example.com/vod?a=b',
      '--callback-key=k',
      '--event-fault=lose:10%',
      '--event-fault=reorder',
      '--strict-templates',
    ];
    expect(parseCommandLine([...line, '--fault=throttle:0.1', '--fault', 'latency:500ms'])).toEqual({
      help: false,
      host: '::1',
      port: 0,
      region: 'cn-beijing',
      speed: Number.POSITIVE_INFINITY,
      qps: { ...Object.fromEntries(actionNames.map((name) => [name, 5])), ListAIJob: 50 },
      faults: [
        { kind: 'throttle', probability: 0.1 },
        { kind: 'latency', ms: 500 },
      ],
      callback: { url: 'https://example.com/vod?a=b', key: 'k' },
      eventFaults: { lose: 0.1, reorder: true },
      strictTemplates: true,
    });
  });

  test('raises or removes the documented limits', () => {
    expect(parseCommandLine(['--qps', 'ListAIJob:7'])).toMatchObject({
      qps: { ...documentedLimits, ListAIJob: 7 },
    });
    expect(parseCommandLine(['--qps', 'unlimited'])).toMatchObject({ qps: {} });
  });

  test('switches event notification on without a URL or a key', () => {
    expect(parseCommandLine([])).not.toHaveProperty('callback');
    expect(parseCommandLine(['--notify'])).toMatchObject({ callback: {} });
  });

  test('accepts a key without a URL', () => {
    expect(parseCommandLine(['--callback-key=k'])).toMatchObject({ callback: { key: 'k' } });
  });

  test.each([
    [['--port', '65536'], '--port: expected a port from 0 to 65535; got "65536"'],
    [['--port', 'http'], '--port: expected a port from 0 to 65535; got "http"'],
    [['--speed', '0'], '--speed: expected a number above 0, or Infinity; got "0"'],
    [['--qps', 'many'], '--qps: expected a whole number above 0, ACTION:NUMBER or unlimited; got "many"'],
    [['--qps', 'List:1'], '--qps: expected an action (AddAITemplate, '],
    [['--fault', 'boom'], '--fault: expected KIND[@ACTION][:DETAIL]... with a kind of throttle, '],
    [['--fault', 'stall@List'], '--fault: expected an action (AddAITemplate, '],
    [['--fault', 'throttle:2'], '--fault: expected a detail like 0.1, 10%, x3, 500ms, 2s, 503'],
    [['--fault', 'throttle:101%'], '--fault: expected a detail like 0.1'],
    [['--fault', 'throttle:x0'], '--fault: expected a detail like 0.1'],
    [['--callback-url', 'here'], '--callback-url: expected an http or https URL; got "here"'],
    [['--callback-key='], '--callback-key: expected a key; got ""'],
    [['--event-fault', 'explode'], '--event-fault: expected lose[:PROBABILITY], '],
    [['--event-fault', 'lose:2'], '--event-fault: expected lose'],
    [['--event-fault', 'lose:5s'], '--event-fault: expected lose'],
    [['--event-fault', 'delay:3'], '--event-fault: expected lose'],
    [['--event-fault', 'delay'], '--event-fault: expected lose'],
    [['--event-fault', 'reorder:1'], '--event-fault: expected lose'],
    [['--fast'], '--fast'],
  ])('rejects %o', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  test('has a help text that lists every fault', () => {
    expect(parseCommandLine(['--help'])).toEqual({ help: true });
    for (const kind of faultKinds) expect(helpText).toContain(kind);
  });
});

test.each([
  ['stall', { kind: 'stall' }],
  ['throttle:10%:x3:429', { kind: 'throttle', probability: 0.1, times: 3, status: 429 }],
  ['throttle:1', { kind: 'throttle', probability: 1 }],
  ['latency@ListAIJob:1.5s', { kind: 'latency', action: 'ListAIJob', ms: 1500 }],
  ['reset:when=a:b', { kind: 'reset', when: 'a:b' }],
  ['reset:x1:when=0.1', { kind: 'reset', times: 1, when: '0.1' }],
])('parses the fault %s as %o', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  ['lose', { lose: 1 }],
  ['double:0.5', { double: 0.5 }],
  ['forge:100%', { forge: 1 }],
  ['delay:1.5s', { delayMs: 1500 }],
  ['delay:20ms', { delayMs: 20 }],
  ['reorder', { reorder: true }],
  ['early', { early: true }],
])('parses the event fault %s as %o', (text, faults) => {
  expect(parseEventFault(text)).toEqual(faults);
});

describe('the program', () => {
  const program = fileURLToPath(new URL('../../src/emulator/main.ts', import.meta.url));

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'prints its URL and credentials, and exits with 0 on %s',
    async (signal) => {
      const faultFlags = ['--fault', 'stall:x1', '--event-fault', 'reorder'];
      const child = spawn(process.execPath, [program, '--port', '0', ...faultFlags]);
      onTestFinished(() => void child.kill('SIGKILL'));
      let output = '';
      for await (const chunk of child.stdout) {
        output += String(chunk);
        if (output.includes('SECRET=')) break;
      }
      const origin = /VOD_ENDPOINT=(http:\/\/127\.0\.0\.1:\d+) /.exec(output)?.[1];
      expect(output).toContain('ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-access-key-id ');
      expect(output).toContain('ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-access-key-secret\n');
      // `fetch` keeps its connections open. They must not delay the exit.
      const faults = await fetch(`${origin}/_emulator/faults`);
      expect(await faults.json()).toEqual([{ kind: 'stall', times: 1 }]);
      const eventFaults = await fetch(`${origin}/_emulator/events`);
      expect(await eventFaults.json()).toEqual({ reorder: true });

      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );

  test('prints an error in one line and exits with 1', async () => {
    const child = spawn(process.execPath, [program, '--port', 'x']);
    onTestFinished(() => void child.kill('SIGKILL'));
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(errors).toBe('--port: expected a port from 0 to 65535; got "x"\n');
  });
});
