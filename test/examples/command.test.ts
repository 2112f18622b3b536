import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('`npm run example` starts everything and prints the addresses; Ctrl-C ends all of it', {
  timeout: 120_000,
}, async () => {
  const { NODE_ENV: _, ...env } = process.env;
  const command = spawn('npm', ['run', 'example'], {
    cwd: root,
    // As in CI, where tools print colours into pipes as well.
    env: { ...env, CI: 'true', PATH: `${join(root, 'node_modules/.bin')}:${env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own, so that the signal reaches all processes, as in a terminal.
    detached: true,
  });
  const signal = (name: NodeJS.Signals) => command.pid !== undefined && process.kill(-command.pid, name);
  onTestFinished(() => {
    if (command.exitCode === null) signal('SIGKILL');
  });
  let output = '';
  for (const stream of [command.stdout, command.stderr]) stream.on('data', (chunk) => (output += chunk));
  const addressOf = (name: string) => new RegExp(`${name} +(http://\\S+)`).exec(output)?.[1];
  await expect
    .poll(() => addressOf('VOD emulator') ?? (command.exitCode === null ? undefined : output), {
      timeout: 100_000,
    })
    .toMatch(/^http/);

  const app = addressOf('Video analysis') ?? '';
  const gateway = addressOf('GraphiQL') ?? '';
  expect(await (await fetch(app)).text()).toContain('<title>Video analysis</title>');
  // The settings of the app lead to this gateway, which accepts its pages.
  expect(await (await fetch(`${app}/src/gateway/settings.ts`)).text()).toContain(gateway);
  const response = await fetch(gateway, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app },
    body: '{"query":"{ aiVideo(id: \\"example-video-0\\") { tags { people { faceUrl } } } }"}',
  });
  expect(response.headers.get('access-control-allow-origin')).toBe(app);
  const faces = JSON.stringify(await response.json());
  expect(faces).toContain(`${addressOf('VOD emulator')}/face/`);

  const exited = once(command, 'exit');
  signal('SIGINT');
  await exited;
  for (const address of [app, gateway, addressOf('VOD emulator') ?? '']) {
    await expect(fetch(address)).rejects.toThrow('fetch failed');
  }
});
