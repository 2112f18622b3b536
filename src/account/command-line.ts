import { systemClock } from '../clock.ts';
import { readConfig } from '../config/config.ts';
import { ConfigError } from '../config/values.ts';
import { credentialChain } from '../rpc/credentials.ts';
import { checkAccount, type Finding } from './check-account.ts';

/** Checks the account of the environment's settings. Exits with 1 if something is wrong. */
async function main(): Promise<void> {
  const config = readConfig();
  if (config.upstream.kind === 'emulator') {
    throw new ConfigError('ALIBABA_CLOUD_ACCESS_KEY_ID', 'credentials of the account to check', 'none');
  }
  const findings = await checkAccount({
    ...config,
    origin: config.upstream.origin,
    credentials: credentialChain(),
    clock: systemClock,
  });
  for (const finding of findings) process.stdout.write(`${line(finding)}\n`);
  process.exitCode = findings.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}

function line({ verdict, subject, text }: Finding): string {
  return `${verdict.padEnd(6)}${subject}: ${text}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
