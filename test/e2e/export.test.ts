import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { SubmitAIJobDocument } from '../../schema/generated/graphql.ts';
import { runningGateway } from '../support/running-gateway.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

it('npm run ledger -- export writes the whole ledger as JSON lines', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vod-ai-gateway-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const { query } = await runningGateway({ dataDir });
  await query(SubmitAIJobDocument, { input: { videoId: 'v', types: ['VIDEO_TAG'], idempotencyKey: 'key' } });

  const { stdout } = await run('npm', ['--silent', 'run', 'ledger', '--', 'export'], {
    cwd: root,
    // These settings would stop a gateway, which needs to know who may call. The export does not.
    env: {
      PATH: process.env.PATH,
      HOME: dataDir,
      DATA_DIR: dataDir,
      HOST: '0.0.0.0',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret',
    },
  });

  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ table }) => table).toSorted()).toEqual(['jobs', 'submissions']);
  expect(lines[0].row).toMatchObject({ idempotencyKey: 'key', caller: 'anybody' });

  await expect(
    run('npm', ['--silent', 'run', 'ledger', '--', 'import'], { cwd: root, env: { PATH: process.env.PATH } }),
  ).rejects.toMatchObject({ stderr: 'npm run ledger: expected `-- export`; got import\n' });
});
