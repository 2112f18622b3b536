import { helpText, parseCommandLine } from './command-line.ts';
import { startEmulator } from './server.ts';

try {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    process.stdout.write(helpText);
  } else {
    const emulator = await startEmulator(commandLine);
    for (const fault of commandLine.faults) emulator.faults.add(fault);
    emulator.events.faults = commandLine.eventFaults;

    const { accessKeyId, accessKeySecret } = emulator.credentials;
    process.stdout.write(`The VOD emulator for ${commandLine.region} listens at ${emulator.origin}. Start the gateway with

AUTH_DISABLED=true SUBMIT_LIMIT_PER_DAY=0 VOD_ENDPOINT=${emulator.origin} ALIBABA_CLOUD_ACCESS_KEY_ID=${accessKeyId} ALIBABA_CLOUD_ACCESS_KEY_SECRET=${accessKeySecret}

`);
    const end = async () => {
      await emulator.close();
      process.exit(0);
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
