import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('the typed documents can be imported by a project with the settings of any bundler', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'typed-documents-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(root, 'schema/generated'), join(folder, 'gateway'), { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['graphql', '@graphql-typed-document-node']) {
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  await writeFile(
    join(folder, 'app.ts'),
    `import { AIJobDocument, type AIJobQueryVariables } from './gateway/graphql';
     import { keys } from './gateway/graphcache-keys';
     import possibleTypes from './gateway/possible-types.json';
     const variables: AIJobQueryVariables = { id: 'a' };
     export const all = [AIJobDocument, variables, keys, possibleTypes];`,
  );
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2022',
        module: 'esnext',
        moduleResolution: 'bundler',
        resolveJsonModule: true,
        strict: true,
        types: [],
        outDir: 'out',
      },
      include: ['app.ts', 'gateway/*.ts'],
    }),
  );
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '--project',
    folder,
  ]).catch((error) => error);
  expect(stdout).toBe('');
});
