import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import packageJson from '../../../package.json' with { type: 'json' };

/** What the process itself tells: its version, CPU, memory, event loop, garbage collection. */
export function processMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'vod_gateway_build_info',
    help: 'Always 1; its labels tell what runs.',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: packageJson.version, node: process.versions.node }, 1);
}
