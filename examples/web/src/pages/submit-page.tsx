import { type FormEvent, useMemo, useState } from 'react';
import { type CombinedError, useClient } from 'urql';
import { coverTemplates } from '../gateway/documents.ts';
import { type Problem, problemOf } from '../gateway/problem.ts';
import { createStore, useStore } from '../gateway/store.ts';
import { useGatewayQuery } from '../gateway/use-gateway-query.ts';
import { Announcements } from '../jobs/announcements.tsx';
import { isFinal, type Kind, kindNames } from '../jobs/job.ts';
import { JobRow } from '../jobs/job-row.tsx';
import { KindIcon } from '../jobs/kind-icon.tsx';
import { type Refusal, type SubmittedJob, submit } from '../jobs/submit.ts';
import { useNow } from '../jobs/time.ts';
import { useLiveJobs } from '../jobs/use-live-jobs.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { RefusalList } from '../parts/refusal-list.tsx';

const maxVideos = 100;

const descriptions: Readonly<Record<Kind, string>> = {
  VIDEO_TAG: 'People, places, keywords and what is said.',
  MEDIA_DNA: 'Other videos that share footage with it.',
  COVERS: 'Pictures from the video that suit as its cover.',
};
const kinds = ['VIDEO_TAG', 'MEDIA_DNA', 'COVERS'] as const;

/** The jobs that were submitted in this tab, newest first. They outlive the page. */
const submittedJobs = createStore<readonly SubmittedJob[]>([]);
const draft = createStore('');

export function SubmitPage({ videoId }: { readonly videoId: string | null }) {
  return (
    <div className="submit-page">
      <SubmitForm videoId={videoId} />
      <SubmittedJobs />
    </div>
  );
}

function SubmitForm({ videoId }: { readonly videoId: string | null }) {
  const client = useClient();
  const text = useStore(draft);
  const [chosen, setChosen] = useState<readonly Kind[]>(['VIDEO_TAG', 'MEDIA_DNA']);
  const [hasTranscript, setHasTranscript] = useState(true);
  const [templateId, setTemplateId] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const [complaint, setComplaint] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);
  const [{ data, error, fetching }] = useGatewayQuery({ query: coverTemplates, variables: {} });
  const templates = data?.aiTemplates ?? [];
  // A still picture suits as a cover everywhere.
  const still = templates.find(
    ({ config }) => config?.__typename === 'AIImageTemplateConfig' && config.format === 'PNG',
  );
  const coverTemplateId = templateId ?? (still ?? templates[0])?.id;
  const needsTemplate = chosen.includes('COVERS') && coverTemplateId === undefined;

  const config = templates.find(({ id }) => id === coverTemplateId)?.config;
  const setsCover = config?.__typename === 'AIImageTemplateConfig' && config.setDefaultCover;

  const shownText = text === '' && videoId !== null ? videoId : text;
  const videoIds = useMemo(() => [...new Set(shownText.split(/[\s,]+/).filter(Boolean))], [shownText]);
  const jobCount = videoIds.length * chosen.length;

  const send = async () => {
    const wrong = complaintAbout(videoIds, chosen) ?? (needsTemplate ? missingTemplate(error) : undefined);
    setComplaint(wrong);
    if (wrong !== undefined) return;
    setIsSending(true);
    setProblem(undefined);
    setRefusals([]);
    const outcome = await submit(client, { videoIds, kinds: chosen, hasTranscript, coverTemplateId });
    setIsSending(false);
    const known = new Set(outcome.jobs.map(({ job }) => job.id));
    submittedJobs.set([...outcome.jobs, ...submittedJobs.get().filter(({ job }) => !known.has(job.id))]);
    setProblem(outcome.problem);
    setRefusals(outcome.refusals);
    const refused = outcome.refusals.map((refusal) => refusal.videoId);
    if (outcome.problem === undefined && !refused.includes(undefined)) draft.set(refused.join('\n'));
    // On a phone, the jobs are below the form.
    if (outcome.problem === undefined && outcome.refusals.length === 0) {
      document.querySelector('#submitted-title')?.scrollIntoView({ block: 'nearest' });
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };

  return (
    <section className="card submit-form" aria-labelledby="submit-title">
      <h1 id="submit-title">Analyse videos</h1>
      <form onSubmit={onSubmit} noValidate>
        <label className="field">
          Video ids
          <textarea
            rows={3}
            value={shownText}
            onChange={(event) => draft.set(event.target.value)}
            placeholder="video-of-a-talk"
            spellCheck={false}
            autoCapitalize="none"
            aria-describedby="ids-help ids-complaint"
            aria-invalid={complaint !== undefined}
          />
        </label>
        <p className="help" id="ids-help">
          One on each line, at most {maxVideos}.
        </p>
        <fieldset>
          <legend>Kinds of analysis</legend>
          {kinds.map((kind) => (
            <label key={kind} className="choice">
              <input
                type="checkbox"
                checked={chosen.includes(kind)}
                onChange={({ target }) =>
                  setChosen(kinds.filter((one) => (one === kind ? target.checked : chosen.includes(one))))
                }
              />
              <KindIcon kind={kind} />
              <span>
                <strong>{kindNames[kind]}</strong>
                <span className="muted">{descriptions[kind]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {chosen.includes('VIDEO_TAG') && (
          <label className="check">
            <input
              type="checkbox"
              checked={hasTranscript}
              onChange={({ target }) => setHasTranscript(target.checked)}
            />
            With the transcript and captions
          </label>
        )}
        {chosen.includes('COVERS') && (
          <label className="field">
            Template for the covers
            <select value={coverTemplateId ?? ''} onChange={({ target }) => setTemplateId(target.value)}>
              {templates.map(({ id, name, config }) => (
                <option key={id} value={id}>
                  {[name ?? id, config?.__typename === 'AIImageTemplateConfig' && config.format]
                    .filter(Boolean)
                    .join(' · ')}
                </option>
              ))}
            </select>
          </label>
        )}
        {chosen.includes('COVERS') && setsCover && (
          <p className="help">With this template, the best picture becomes the video's cover in VOD.</p>
        )}
        <p className="complaint" id="ids-complaint" role="alert">
          {complaint}
        </p>
        <button type="submit" className="wide" disabled={isSending || (needsTemplate && fetching)}>
          {isSending
            ? 'Submitting…'
            : `Submit ${jobCount === 0 ? '' : `${jobCount} `}${jobCount === 1 ? 'job' : 'jobs'}`}
        </button>
        <p className="help">VOD charges for each job.</p>
      </form>
      {problem && <ProblemNotice problem={problem} onRetry={() => void send()} />}
      {!problem && error && <ProblemNotice problem={problemOf(error)} />}
      <RefusalList refusals={refusals} />
    </section>
  );
}

function missingTemplate(error: CombinedError | undefined): string {
  return error === undefined
    ? 'There is no template for covers. Create one in VOD, or do not ask for covers.'
    : 'The templates for covers could not be read. Load the page again, or do not ask for covers.';
}

function complaintAbout(videoIds: readonly string[], chosen: readonly Kind[]): string | undefined {
  if (videoIds.length === 0) return 'Enter the id of a video.';
  if (videoIds.length > maxVideos) return `Enter at most ${maxVideos} ids; there are ${videoIds.length}.`;
  if (chosen.length === 0) return 'Choose a kind of analysis.';
  return undefined;
}

function SubmittedJobs() {
  const submitted = useStore(submittedJobs);
  const submittedList = useMemo(() => submitted.map(({ job }) => job), [submitted]);
  const { jobs, problem } = useLiveJobs(submittedList);
  const now = useNow(jobs.some((job) => !isFinal(job)));
  const requestIds = new Map(submitted.map(({ job, requestId }) => [job.id, requestId]));
  const running = jobs.filter((job) => !isFinal(job)).length;
  return (
    <section className="submitted" aria-labelledby="submitted-title">
      <h2 id="submitted-title">
        This session{' '}
        {jobs.length > 0 && (
          <span className="count">
            {running} running, {jobs.length - running} finished
          </span>
        )}
      </h2>
      <Announcements jobs={jobs} />
      {problem && <ProblemNotice problem={problem} />}
      {jobs.length === 0 ? (
        <p className="empty">
          Jobs that you submit appear here and change while VOD works on them.{' '}
          <a href="#/jobs">See all earlier jobs</a>
        </p>
      ) : (
        <ul className="jobs">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} now={now} requestId={requestIds.get(job.id)} />
          ))}
        </ul>
      )}
    </section>
  );
}
