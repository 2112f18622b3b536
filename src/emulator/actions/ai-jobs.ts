import { ApiError, invalidParameter, operationDenied } from '../errors.ts';
import { type AIJobType, aiJobTypes, type ListedAIJob, listedAIJob } from '../jobs/ai-job.ts';
import { isObject } from '../json.ts';
import { isSupported, requireSupport } from '../regions.ts';
import { seededChoice } from '../results/seeded-choice.ts';
import { type AnalyseType, analyseTypes, type VideoTagConfig } from '../results/video-tag.ts';
import {
  type ActionContext,
  type ActionParameters,
  idsParameter,
  jsonObject,
  requireVideo,
  userDataParameter,
} from './action.ts';

/** SubmitAIJob: creates one job for each type. Returns `{AIJobList: {AIJob: [{JobId, MediaId, Type}]}}`. */
export function submitAIJob(parameters: ActionParameters, { jobs, region }: ActionContext) {
  // The current document does not declare MediaId as required. The action reports it, instead of the API gateway.
  const mediaId = parameters.MediaId;
  if (!mediaId) throw new ApiError(400, 'MissingParameter', 'The parameter MediaId is missing.');
  const types = typesParameter(parameters.Types, region);
  const videoTag = configParameter(parameters.Config);
  const userData = userDataParameter(parameters);
  requireVideo(mediaId);

  const submitted = types.map((type) => jobs.submitAIJob({ mediaId, type, videoTag, userData }));
  return {
    AIJobList: {
      AIJob: submitted.map((job) => ({ JobId: job.jobId, MediaId: job.mediaId, Type: job.type })),
    },
  };
}

/**
 * ListAIJob: `{AIJobList: {AIJob: […]}, NonExistAIJobIds: {String: […]}}`. The jobs are sorted by id, and `AIJobList`
 * is missing if no job exists: the documents promise neither the requested order nor the key.
 *
 * The schema of `NonExistAIJobIds.String` is a list of ids, but the document's sample has a list of one text that holds
 * the JSON list. A fixed half of the lists gets the latter, so that clients meet both.
 */
export function listAIJob(parameters: ActionParameters, { jobs, now }: ActionContext) {
  const found: ListedAIJob[] = [];
  const unknown: string[] = [];
  const at = now();
  for (const id of idsParameter(parameters, 'JobIds').sort()) {
    const job = jobs.findAIJob(id);
    // Review jobs have an action of their own.
    if (job === undefined || job.type === 'AIMediaAudit') unknown.push(id);
    else found.push(listedAIJob(job, at));
  }
  return {
    AIJobList: found.length === 0 ? undefined : { AIJob: found },
    NonExistAIJobIds: { String: isPacked(unknown) ? [JSON.stringify(unknown)] : unknown },
  };
}

function isPacked(unknown: readonly string[]): boolean {
  return unknown.length > 0 && seededChoice(`unknown|${unknown.join()}`).chance(0.5);
}

function typesParameter(text: string | undefined, region: string): AIJobType[] {
  // No document defines a call without Types. The emulator creates a job of each type that the region supports.
  const types = text ? requestedTypes(text) : aiJobTypes.filter((type) => isSupported(type, region));
  for (const type of types) requireSupport(type, region);
  if (types.length === 0) throw operationDenied(`This operation is not supported in the region ${region}.`);
  return types;
}

function requestedTypes(text: string): AIJobType[] {
  const types = text.split(',').map((name) => {
    const type = aiJobTypes.find((known) => known === name.trim());
    if (type === undefined) {
      throw invalidParameter(
        `The parameter Types accepts ${aiJobTypes.join(' and ')}, comma-separated; got "${name}".`,
      );
    }
    return type;
  });
  return [...new Set(types)];
}

function configParameter(text: string | undefined): VideoTagConfig {
  if (!text) return {};
  const config = jsonObject('Config', text);
  const dna = configObject(config, 'AIMediaDNA');
  if (dna.DNADBId !== undefined && typeof dna.DNADBId !== 'string') {
    throw invalidParameter('The parameter Config accepts only text as AIMediaDNA.DNADBId.');
  }
  // The oldest SubmitAIJob document names the key AIVideoTagConfig.
  const tag = configObject(config, config.AIVideoTag === undefined ? 'AIVideoTagConfig' : 'AIVideoTag');
  return {
    ...(tag.AnalyseTypes === undefined ? {} : { analyseTypes: requestedAnalyses(tag.AnalyseTypes) }),
    origASRData: booleanValue(tag.OrigASRData),
  };
}

function configObject(config: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = config[key] ?? {};
  if (!isObject(value)) throw invalidParameter(`The parameter Config accepts only an object as ${key}.`);
  return value;
}

function requestedAnalyses(value: unknown): AnalyseType[] {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : [];
  const types = analyseTypes.filter((type) => names.includes(type));
  if (names.length === 0 || !names.every((name) => types.some((type) => type === name))) {
    throw invalidParameter(
      `The parameter Config accepts ${analyseTypes.join(', ')}, comma-separated, as AnalyseTypes; got ${JSON.stringify(value)}.`,
    );
  }
  return types;
}

function booleanValue(value: unknown): boolean {
  if (value === undefined || value === 'false' || value === false) return false;
  if (value === 'true' || value === true) return true;
  throw invalidParameter(
    `The parameter Config accepts true or false as OrigASRData; got ${JSON.stringify(value)}.`,
  );
}
