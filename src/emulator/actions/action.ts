import type { JobStore } from '../jobs/store.ts';
import type { TemplateStore } from '../templates/store.ts';

/** An action's own parameters, without those that only sign and route the call. */
export type ActionParameters = Readonly<Record<string, string>>;

/** What actions work on. */
export interface ActionContext {
  readonly jobs: JobStore;
  readonly templates: TemplateStore;
  /** Whether image jobs are refused whose template does not exist. */
  readonly strictTemplates: boolean;
  readonly region: string;
  /** Unix ms. */
  readonly now: () => number;
}

/**
 * Runs one action. The answer is sent as JSON with `RequestId` added; a `RefusedCall` that it throws is sent as
 * the API's error.
 */
export type ActionHandler = (
  parameters: ActionParameters,
  context: ActionContext,
) => Readonly<Record<string, unknown>>;
