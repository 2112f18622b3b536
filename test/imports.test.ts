import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The output of `npm run check:imports` in another folder that has a `src`. */
async function checkImports(folder: string): Promise<string> {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [command, '--config', join(root, 'imports.config.mjs'), 'src'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
    (error) => error,
  );
  return stdout;
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(join(root, 'src', path), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

it('the table of imports rejects a wrong import in each room, circles, and folders that it does not have', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imports-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const src = join(folder, 'src');
  await cp(join(root, 'src'), src, { recursive: true });
  const rooms = [...(await foldersIn('.')), ...(await foldersIn('graphql'))];
  for (const room of rooms) {
    await writeFile(join(src, room, 'wrong.ts'), `import type {} from '${relative(room, 'main.ts')}';\n`);
  }
  await appendFile(join(src, 'main.ts'), "import './graphql/errors.ts';\n");
  await appendFile(join(src, 'gateway.ts'), "import './graphql/errors.ts';\n");
  await appendFile(join(src, 'app.ts'), "import './emulator/server.ts';\n");
  await appendFile(join(src, 'clock.ts'), "import './domain/id.ts';\n");
  await appendFile(join(src, 'domain/id.ts'), "import './check-input.ts';\n");
  await mkdir(join(src, 'elsewhere'));
  await writeFile(join(src, 'elsewhere/room.ts'), "import 'node:fs';\n");

  const output = await checkImports(folder);

  const files = ['main.ts', 'gateway.ts', 'app.ts', 'clock.ts'];
  const expected = [...rooms, ...files].map((room) => `imports-of-${room.replaceAll('/', '-')}`);
  expect([...new Set(output.match(/imports-of-[\w.-]+/g))].sort()).toEqual(expected.sort());
  expect(output).toMatch(/no-circle: src\/domain\/id\.ts|no-circle: src\/domain\/check-input\.ts/);
  expect(output).toContain('room-not-in-the-table: src/elsewhere/room.ts');
});
