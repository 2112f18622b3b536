import type { VideoTagConfig } from '../results/video-tag.ts';
import { systemImageTemplateId } from '../templates.ts';
import type { AIImageJob, FixedAIImageJobState } from './ai-image-job.ts';
import type { AIJob, AIJobType, FixedAIJobState } from './ai-job.ts';

/** A job to add without a call. With a `status` its state is constant, without one it changes like any other job's. */
export interface AIJobToAdd extends Partial<FixedAIJobState> {
  /** Default: a new id. An existing job with this id is replaced. */
  readonly jobId?: string;
  /** Default: `emulator-media`. */
  readonly mediaId?: string;
  /** Default: `AIVideoTag`. */
  readonly type?: AIJobType;
  /** Unix ms. Default: now. */
  readonly createdAt?: number;
  /** Whether the job is created when it is read by its id for the first time, so that its reader sees it unfinished. */
  readonly createdWhenRead?: boolean;
  readonly videoTag?: VideoTagConfig;
  readonly userData?: string | undefined;
  /** Default: `Manual`. */
  readonly trigger?: AIJob['trigger'];
}

/** An image job to add without a call. With a `status` its state is constant, as for {@link AIJobToAdd}. */
export interface AIImageJobToAdd extends Partial<FixedAIImageJobState> {
  /** Default: a new id. An existing job with this id is replaced. */
  readonly jobId?: string;
  /** Default: `emulator-video`. */
  readonly videoId?: string;
  /** Default: a system template. */
  readonly templateId?: string;
  /** Unix ms. Default: now. */
  readonly createdAt?: number;
  readonly userData?: string;
}

/** The interface of an emulator's jobs for tests. */
export interface EmulatorJobs {
  /** The jobs that SubmitAIJob calls created, oldest first. VOD would bill each of them. */
  readonly submittedAIJobs: readonly AIJob[];
  /** The jobs that SubmitAIMediaAuditJob and SubmitAIImageAuditJob calls created, oldest first. */
  readonly submittedMediaAuditJobs: readonly AIJob[];
  /** The jobs that SubmitAIImageJob calls created, oldest first. */
  readonly submittedAIImageJobs: readonly AIImageJob[];
  /** The media whose fingerprints SubmitMediaDNADeleteJob calls deleted. */
  readonly deletedMediaDNA: readonly string[];
  findAIJob(jobId: string): AIJob | undefined;
  findAIImageJob(jobId: string): AIImageJob | undefined;
  addAIJob(job?: AIJobToAdd): AIJob;
  addAIImageJob(job?: AIImageJobToAdd): AIImageJob;
}

/** The dependencies of {@link JobStore}. */
export interface JobDependencies {
  /** Unix ms. */
  readonly now: () => number;
  readonly newJobId: () => string;
  readonly speed: () => number;
  /** The origin that serves the files of results. */
  readonly mediaOrigin: () => string;
  /** The current `TemplateConfig` of a template. `undefined` if the template does not exist. */
  readonly templateConfig: (templateId: string) => string | undefined;
  /** Called after a call created a smart tag, DNA or review job. */
  readonly submittedAIJob: (job: AIJob) => void;
  /** Called after a smart tag, DNA or review job was added without a call. */
  readonly addedAIJob: (job: AIJob) => void;
}

const maxJobs = 100_000;

/** Stores the newest 100,000 jobs of each kind. */
export class JobStore implements EmulatorJobs {
  readonly #aiJobs = new BoundedMap<AIJob>(maxJobs);
  readonly #aiImageJobs = new BoundedMap<AIImageJob>(maxJobs);
  readonly #deletedAIImages = new BoundedMap<true>(maxJobs);
  readonly #deletedMediaDNA = new BoundedMap<string>(maxJobs);
  readonly #submitted = new WeakSet<object>();
  /** The jobs that are created when they are read. */
  readonly #awaited = new WeakSet<AIJob>();
  readonly #dependencies: JobDependencies;

  constructor(dependencies: JobDependencies) {
    this.#dependencies = dependencies;
  }

  get submittedAIJobs(): readonly AIJob[] {
    return this.#submittedJobs.filter(({ type }) => type !== 'AIMediaAudit');
  }

  get submittedMediaAuditJobs(): readonly AIJob[] {
    return this.#submittedJobs.filter(({ type }) => type === 'AIMediaAudit');
  }

  get submittedAIImageJobs(): readonly AIImageJob[] {
    return [...this.#aiImageJobs.values()].filter((job) => this.#submitted.has(job));
  }

  /** The media whose fingerprints were deleted. */
  get deletedMediaDNA(): readonly string[] {
    return [...this.#deletedMediaDNA.values()];
  }

  get #submittedJobs(): readonly AIJob[] {
    return [...this.#aiJobs.values()].filter((job) => this.#submitted.has(job));
  }

  findAIJob(jobId: string): AIJob | undefined {
    const job = this.#aiJobs.get(jobId);
    if (!job || !this.#awaited.has(job)) return job;
    return this.#add({ ...job, createdAt: this.#dependencies.now() });
  }

  findAIImageJob(jobId: string): AIImageJob | undefined {
    return this.#aiImageJobs.get(jobId);
  }

  /** The smart tag, DNA and review jobs of a video, oldest first. */
  aiJobsOf(mediaId: string): AIJob[] {
    return [...this.#aiJobs.values()].filter((job) => job.mediaId === mediaId && !this.#awaited.has(job));
  }

  /** The image jobs of a video, oldest first. */
  aiImageJobsOf(videoId: string): AIImageJob[] {
    return [...this.#aiImageJobs.values()].filter((job) => job.videoId === videoId);
  }

  /** Deletes the info of an image. Ignores an unknown id. */
  deleteAIImage(infoId: string): void {
    this.#deletedAIImages.set(infoId, true);
  }

  deleteMediaDNA(mediaId: string): void {
    this.#deletedMediaDNA.set(mediaId, mediaId);
  }

  isAIImageDeleted(infoId: string): boolean {
    return this.#deletedAIImages.get(infoId) === true;
  }

  /** Creates a job for a SubmitAIJob, SubmitAIMediaAuditJob or SubmitAIImageAuditJob call. */
  submitAIJob(job: Pick<AIJob, 'mediaId' | 'type' | 'videoTag' | 'userData' | 'isImage'>): AIJob {
    const created = { ...job, ...this.#newJob() };
    this.#submitted.add(created);
    this.#aiJobs.set(created.jobId, created);
    this.#dependencies.submittedAIJob(created);
    return created;
  }

  /** Creates a job for a SubmitAIImageJob call. */
  submitAIImageJob(job: Pick<AIImageJob, 'videoId' | 'templateId' | 'userData' | 'pipelineId'>): AIImageJob {
    const templateConfig = this.#dependencies.templateConfig(job.templateId);
    const created = { ...job, templateConfig, ...this.#newJob() };
    this.#submitted.add(created);
    this.#aiImageJobs.set(created.jobId, created);
    return created;
  }

  addAIJob(job: AIJobToAdd = {}): AIJob {
    const { jobId, createdAt, createdWhenRead, mediaId, type, videoTag, userData, trigger, status, ...state } =
      job;
    const added: AIJob = {
      ...this.#newJob(jobId, createdAt),
      mediaId: mediaId ?? 'emulator-media',
      type: type ?? 'AIVideoTag',
      videoTag: videoTag ?? {},
      userData,
      trigger,
      fixed: status === undefined ? undefined : { ...state, status },
    };
    if (!createdWhenRead) return this.#add(added);
    this.#awaited.add(added);
    this.#aiJobs.set(added.jobId, added);
    return added;
  }

  addAIImageJob(job: AIImageJobToAdd = {}): AIImageJob {
    const { jobId, createdAt, videoId, templateId = systemImageTemplateId, userData, status, ...state } = job;
    const added: AIImageJob = {
      ...this.#newJob(jobId, createdAt),
      videoId: videoId ?? 'emulator-video',
      templateId,
      templateConfig: this.#dependencies.templateConfig(templateId),
      userData,
      fixed: status === undefined ? undefined : { ...state, status },
    };
    this.#aiImageJobs.set(added.jobId, added);
    return added;
  }

  #add(job: AIJob): AIJob {
    this.#aiJobs.set(job.jobId, job);
    this.#dependencies.addedAIJob(job);
    return job;
  }

  #newJob(jobId?: string, createdAt?: number) {
    const { newJobId, now, speed, mediaOrigin } = this.#dependencies;
    return {
      jobId: jobId ?? newJobId(),
      createdAt: createdAt ?? now(),
      speed: speed(),
      mediaOrigin: mediaOrigin(),
    };
  }
}

/** A map that drops its oldest entry when it is full. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  /** Adds an entry as the newest one. An entry with the same key is replaced. */
  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  values(): IterableIterator<Value> {
    return this.#entries.values();
  }
}
