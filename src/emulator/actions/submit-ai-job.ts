import { invalidParameter, operationDenied, RefusedCall } from '../errors.ts';
import { type AIJobType, aiJobTypes } from '../jobs/ai-job.ts';
import { isSupported } from '../regions.ts';
import { type AnalyseType, analyseTypes, type VideoTagConfig } from '../results/video-tag.ts';
import type { ActionContext, ActionParameters } from './action.ts';
import { isObject, jsonObject, refuseMissingVideo, userDataParameter } from './parameters.ts';

/** SubmitAIJob: one job for each type; `{AIJobList: {AIJob: [{JobId, MediaId, Type}]}}`. */
export function submitAIJob(parameters: ActionParameters, { jobs, region }: ActionContext) {
  // The current document does not declare MediaId as required, so it is the action that misses it, not the gateway.
  const mediaId = parameters.MediaId;
  if (!mediaId) throw new RefusedCall(400, 'MissingParameter', 'The parameter MediaId is missing.');
  const types = typesParameter(parameters.Types, region);
  const videoTag = configParameter(parameters.Config);
  const userData = userDataParameter(parameters);
  refuseMissingVideo(mediaId);

  const submitted = types.map((type) =>
    jobs.submitAIJob({ mediaId, type, videoTag, ...(userData === undefined ? {} : { userData }) }),
  );
  return {
    AIJobList: {
      AIJob: submitted.map((job) => ({ JobId: job.jobId, MediaId: job.mediaId, Type: job.type })),
    },
  };
}

function typesParameter(text: string | undefined, region: string): AIJobType[] {
  // No document says what leaving Types out means; taken here as every type that the region has.
  const types = text ? askedTypes(text) : aiJobTypes.filter((type) => isSupported(type, region));
  const unsupported = types.find((type) => !isSupported(type, region));
  if (unsupported !== undefined || types.length === 0) {
    const what = unsupported ?? 'This operation';
    throw operationDenied(`${what} is not supported in the region ${region}.`);
  }
  return types;
}

function askedTypes(text: string): AIJobType[] {
  const types = text.split(',').map((name) => {
    const type = aiJobTypes.find((known) => known === name.trim());
    if (type === undefined) {
      throw invalidParameter(
        `The parameter Types takes ${aiJobTypes.join(' and ')}, comma-joined, got "${name}".`,
      );
    }
    return type;
  });
  return [...new Set(types)];
}

function configParameter(text: string | undefined): VideoTagConfig {
  if (!text) return {};
  const config = jsonObject('Config', text);
  const dna = objectOf(config, 'AIMediaDNA');
  if (dna.DNADBId !== undefined && typeof dna.DNADBId !== 'string') {
    throw invalidParameter('The parameter Config takes text as AIMediaDNA.DNADBId.');
  }
  // The oldest SubmitAIJob document calls the key AIVideoTagConfig.
  const tag = objectOf(config, config.AIVideoTag === undefined ? 'AIVideoTagConfig' : 'AIVideoTag');
  return {
    ...(tag.AnalyseTypes === undefined ? {} : { analyseTypes: askedAnalyses(tag.AnalyseTypes) }),
    origASRData: isTrue(tag.OrigASRData),
  };
}

function objectOf(config: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = config[key] ?? {};
  if (!isObject(value)) throw invalidParameter(`The parameter Config takes an object as ${key}.`);
  return value;
}

function askedAnalyses(value: unknown): AnalyseType[] {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : [];
  const types = analyseTypes.filter((type) => names.includes(type));
  if (names.length === 0 || !names.every((name) => types.some((type) => type === name))) {
    throw invalidParameter(
      `The parameter Config takes ${analyseTypes.join(', ')}, comma-joined, as AnalyseTypes, got ${JSON.stringify(value)}.`,
    );
  }
  return types;
}

function isTrue(value: unknown): boolean {
  if (value === undefined || value === 'false' || value === false) return false;
  if (value === 'true' || value === true) return true;
  throw invalidParameter(
    `The parameter Config takes true or false as OrigASRData, got ${JSON.stringify(value)}.`,
  );
}
