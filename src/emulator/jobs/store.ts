import type { VideoTagConfig } from '../results/video-tag.ts';
import { systemImageTemplateId } from '../templates/system.ts';
import type { AIImageJob, FixedAIImageJobState } from './ai-image-job.ts';
import type { AIJob, AIJobType, FixedAIJobState } from './ai-job.ts';
import { BoundedMap } from './bounded-map.ts';

/** A job to put in without a call. Without `status` it goes the way of any other job. */
export interface AIJobToAdd extends Partial<FixedAIJobState> {
  /** Default: a new one. One that is there already is replaced. */
  readonly jobId?: string;
  /** Default: `emulator-media`. */
  readonly mediaId?: string;
  /** Default: `AIVideoTag`. */
  readonly type?: AIJobType;
  /** Unix ms; default: now. */
  readonly createdAt?: number;
  readonly videoTag?: VideoTagConfig;
  readonly userData?: string;
}

/** An image job to put in without a call. Without `status` it goes the way of any other job. */
export interface AIImageJobToAdd extends Partial<FixedAIImageJobState> {
  /** Default: a new one. One that is there already is replaced. */
  readonly jobId?: string;
  /** Default: `emulator-video`. */
  readonly videoId?: string;
  /** Default: a template of the system. */
  readonly templateId?: string;
  /** Unix ms; default: now. */
  readonly createdAt?: number;
  readonly userData?: string;
}

/** The jobs of an emulator, as tests see them. */
export interface EmulatorJobs {
  /** The jobs that SubmitAIJob calls created, oldest first: each would have been paid for. */
  readonly submittedAIJobs: readonly AIJob[];
  /** The jobs that SubmitAIImageJob calls created, oldest first. */
  readonly submittedAIImageJobs: readonly AIImageJob[];
  findAIJob(jobId: string): AIJob | undefined;
  findAIImageJob(jobId: string): AIImageJob | undefined;
  addAIJob(job?: AIJobToAdd): AIJob;
  addAIImageJob(job?: AIImageJobToAdd): AIImageJob;
}

/** What a new job takes from the emulator that it is created in. */
export interface JobSurroundings {
  /** Unix ms. */
  readonly now: () => number;
  readonly newJobId: () => string;
  readonly speed: () => number;
  /** The `TemplateConfig` of a template as it is now; `undefined` where there is none. */
  readonly templateConfig: (templateId: string) => string | undefined;
  /** Told of every smart tag and DNA job that a SubmitAIJob call created, when it is there. */
  readonly submittedAIJob: (job: AIJob) => void;
  /** Told of every one that was put in without a call, when it is there. */
  readonly addedAIJob: (job: AIJob) => void;
}

const maxJobs = 100_000;

/** Holds the jobs, at most 100,000 of each kind: the oldest go first. */
export class JobStore implements EmulatorJobs {
  readonly #aiJobs = new BoundedMap<AIJob>(maxJobs);
  readonly #aiImageJobs = new BoundedMap<AIImageJob>(maxJobs);
  readonly #deletedAIImages = new BoundedMap<true>(maxJobs);
  readonly #submitted = new WeakSet<object>();
  readonly #surroundings: JobSurroundings;

  constructor(surroundings: JobSurroundings) {
    this.#surroundings = surroundings;
  }

  get submittedAIJobs(): readonly AIJob[] {
    return [...this.#aiJobs.values()].filter((job) => this.#submitted.has(job));
  }

  get submittedAIImageJobs(): readonly AIImageJob[] {
    return [...this.#aiImageJobs.values()].filter((job) => this.#submitted.has(job));
  }

  findAIJob(jobId: string): AIJob | undefined {
    return this.#aiJobs.get(jobId);
  }

  findAIImageJob(jobId: string): AIImageJob | undefined {
    return this.#aiImageJobs.get(jobId);
  }

  /** The smart tag and DNA jobs of a video, oldest first. */
  aiJobsOf(mediaId: string): AIJob[] {
    return [...this.#aiJobs.values()].filter((job) => job.mediaId === mediaId);
  }

  /** The image jobs of a video, oldest first. */
  aiImageJobsOf(videoId: string): AIImageJob[] {
    return [...this.#aiImageJobs.values()].filter((job) => job.videoId === videoId);
  }

  /** Deletes the info of an image; one that is not there is passed over. */
  deleteAIImage(infoId: string): void {
    this.#deletedAIImages.set(infoId, true);
  }

  isAIImageDeleted(infoId: string): boolean {
    return this.#deletedAIImages.get(infoId) === true;
  }

  /** Creates a job for a SubmitAIJob call. */
  submitAIJob(job: Pick<AIJob, 'mediaId' | 'type' | 'videoTag' | 'userData'>): AIJob {
    const created = { ...job, ...this.#newJob() };
    this.#submitted.add(created);
    this.#aiJobs.set(created.jobId, created);
    this.#surroundings.submittedAIJob(created);
    return created;
  }

  /** Creates a job for a SubmitAIImageJob call. */
  submitAIImageJob(job: Pick<AIImageJob, 'videoId' | 'templateId' | 'userData' | 'pipelineId'>): AIImageJob {
    const created = { ...job, ...this.#template(job.templateId), ...this.#newJob() };
    this.#submitted.add(created);
    this.#aiImageJobs.set(created.jobId, created);
    return created;
  }

  addAIJob(job: AIJobToAdd = {}): AIJob {
    const { jobId, createdAt, mediaId, type, videoTag, userData, status, ...state } = job;
    const added: AIJob = {
      ...this.#newJob(jobId, createdAt),
      mediaId: mediaId ?? 'emulator-media',
      type: type ?? 'AIVideoTag',
      videoTag: videoTag ?? {},
      ...(userData === undefined ? {} : { userData }),
      ...(status === undefined ? {} : { fixed: { ...state, status } }),
    };
    this.#aiJobs.set(added.jobId, added);
    this.#surroundings.addedAIJob(added);
    return added;
  }

  addAIImageJob(job: AIImageJobToAdd = {}): AIImageJob {
    const { jobId, createdAt, videoId, templateId, userData, status, ...state } = job;
    const added: AIImageJob = {
      ...this.#newJob(jobId, createdAt),
      videoId: videoId ?? 'emulator-video',
      ...this.#template(templateId ?? systemImageTemplateId),
      ...(userData === undefined ? {} : { userData }),
      ...(status === undefined ? {} : { fixed: { ...state, status } }),
    };
    this.#aiImageJobs.set(added.jobId, added);
    return added;
  }

  #template(templateId: string): Pick<AIImageJob, 'templateId' | 'templateConfig'> {
    const templateConfig = this.#surroundings.templateConfig(templateId);
    return { templateId, ...(templateConfig === undefined ? {} : { templateConfig }) };
  }

  #newJob(jobId?: string, createdAt?: number) {
    const { newJobId, now, speed } = this.#surroundings;
    return { jobId: jobId ?? newJobId(), createdAt: createdAt ?? now(), speed: speed() };
  }
}
