import type { CallOptions } from '../rpc/client.ts';

/** How a submission is sent. */
export type SendOptions = Pick<CallOptions, 'observer' | 'permit' | 'isLate'>;
