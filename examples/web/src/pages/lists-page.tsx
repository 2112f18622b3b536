import { type FormEvent, type ReactNode, useMemo, useState } from 'react';
import type { CombinedError } from 'urql';
import { coverJobList, jobList, submissionList } from '../gateway/documents.ts';
import { problemOf } from '../gateway/problem.ts';
import { useGatewayQuery } from '../gateway/use-gateway-query.ts';
import type { AIJobStatus, AIJobType, AISubmissionState } from '../generated/graphql.ts';
import { Announcements } from '../jobs/announcements.tsx';
import { coverJobOf, isFinal, type Job, jobOf, kindNames, statusNames } from '../jobs/job.ts';
import { JobRow } from '../jobs/job-row.tsx';
import { dateText, useNow } from '../jobs/time.ts';
import { useLiveJobs } from '../jobs/use-live-jobs.ts';
import { Copyable } from '../parts/copyable.tsx';
import { Pager } from '../parts/pager.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { href, videoHref } from '../routing.ts';

const pageSize = 10;

const lists = { jobs: 'Analyses', covers: 'Covers', submissions: 'Submissions' } as const;
export type List = keyof typeof lists;

export function isList(text: string | undefined): text is List {
  return text !== undefined && Object.hasOwn(lists, text);
}

/** The lists of what was submitted through the gateway. The filters and the page are in the address. */
export function ListsPage({ list, parameters }: { list: List; parameters: URLSearchParams }) {
  const filters = Object.fromEntries(
    ['state', 'kind', 'video', 'since'].map((name) => [name, parameters.get(name) ?? undefined]),
  );
  const Results = { jobs: JobResults, covers: CoverResults, submissions: SubmissionResults }[list];
  return (
    <section aria-labelledby="list-title">
      <h1 id="list-title">All work</h1>
      <nav className="tabs" aria-label="Lists">
        {Object.entries(lists).map(([name, title]) => (
          <a
            key={name}
            href={href([name])}
            className="page-link"
            aria-current={name === list ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <Filters key={list} list={list} filters={filters} />
      <Results list={list} filters={filters} parameters={parameters} />
    </section>
  );
}

interface ResultsProperties {
  readonly list: List;
  readonly filters: Readonly<Record<string, string | undefined>>;
  readonly parameters: URLSearchParams;
}

const submissionStates: Readonly<Record<AISubmissionState, string>> = {
  MADE: 'Accepted',
  REFUSED: 'Rejected by VOD',
  PENDING: 'Being sent',
  FAILED: 'Not sent',
  UNKNOWN: 'Outcome unknown',
};
const ages = { hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days' } as const;
const ageHours: Readonly<Record<string, number>> = { hour: 1, day: 24, week: 24 * 7 };

function Filters({ list, filters }: Pick<ResultsProperties, 'list' | 'filters'>) {
  const [video, setVideo] = useState(filters.video ?? '');
  const go = (change: Record<string, string>) => {
    location.hash = href([list], { ...filters, video, ...change });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    go({});
  };
  const select = (name: string, label: string, options: Readonly<Record<string, string>>) => (
    <label className="field">
      {label}
      <select value={filters[name] ?? ''} onChange={({ target }) => go({ [name]: target.value })}>
        <option value="">Any</option>
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <form className="filters" onSubmit={onSubmit}>
      {select('state', 'State', list === 'submissions' ? submissionStates : statusNames)}
      {list === 'jobs' &&
        select('kind', 'Kind', { VIDEO_TAG: kindNames.VIDEO_TAG, MEDIA_DNA: kindNames.MEDIA_DNA })}
      {list === 'submissions' && select('kind', 'Kind', { AI: 'Analyses', IMAGE: 'Covers' })}
      {select('since', 'Submitted', ages)}
      <label className="field">
        Video id
        <input
          type="search"
          value={video}
          onChange={({ target }) => setVideo(target.value)}
          onBlur={() => video !== (filters.video ?? '') && go({})}
          spellCheck={false}
          autoCapitalize="none"
        />
      </label>
    </form>
  );
}

/** The arguments of a list. The time is rounded to a minute, so that the same page keeps its variables. */
function useArguments({ filters: { state, kind, video, since }, parameters }: ResultsProperties) {
  const before = parameters.get('before');
  const after = parameters.get('after');
  return useMemo(() => {
    const minute = 60_000;
    const hours = ageHours[since ?? ''];
    const from =
      hours === undefined
        ? null
        : new Date(Math.floor((Date.now() - hours * 60 * minute) / minute) * minute).toISOString();
    return {
      state: state ?? null,
      kind: kind ?? null,
      videoId: video ?? null,
      from,
      page: before === null ? { first: pageSize, after } : { last: pageSize, before },
    };
  }, [state, kind, video, since, before, after]);
}

/** Reads the list again after a submit, even if the list was empty. */
const ofJobs = { additionalTypenames: ['AIJob'] };
const ofCoverJobs = { additionalTypenames: ['AIImageJob'] };

function JobResults(properties: ResultsProperties) {
  const { state, kind, videoId, from, page } = useArguments(properties);
  const [{ data, error, fetching }] = useGatewayQuery({
    query: jobList,
    variables: {
      filter: {
        status: state === null ? null : [state as AIJobStatus],
        type: kind === null ? null : [kind as AIJobType],
        videoId,
        createdAfter: from,
      },
      ...page,
    },
    context: ofJobs,
  });
  const connection = data?.knownAIJobs;
  const jobs = useMemo(() => present(connection?.edges.map(({ node }) => node)).map(jobOf), [connection]);
  return (
    <ListResults {...properties} connection={connection} error={error} isLoading={fetching}>
      <LiveList jobs={jobs} />
    </ListResults>
  );
}

function CoverResults(properties: ResultsProperties) {
  const { state, videoId, from, page } = useArguments(properties);
  const [{ data, error, fetching }] = useGatewayQuery({
    query: coverJobList,
    variables: {
      filter: { status: state === null ? null : [state as AIJobStatus], videoId, createdAfter: from },
      ...page,
    },
    context: ofCoverJobs,
  });
  const connection = data?.knownAIImageJobs;
  const jobs = useMemo(
    () => present(connection?.edges.map(({ node }) => node)).map(coverJobOf),
    [connection],
  );
  return (
    <ListResults {...properties} connection={connection} error={error} isLoading={fetching}>
      <LiveList jobs={jobs} />
    </ListResults>
  );
}

function SubmissionResults(properties: ResultsProperties) {
  const { state, kind, videoId, from, page } = useArguments(properties);
  const [{ data, error, fetching }] = useGatewayQuery({
    query: submissionList,
    variables: {
      filter: {
        state: state === null ? null : [state as AISubmissionState],
        kind: kind === 'AI' || kind === 'IMAGE' ? [kind] : null,
        videoId,
        submittedAfter: from,
      },
      ...page,
    },
  });
  const connection = data?.aiSubmissions;
  return (
    <ListResults {...properties} connection={connection} error={error} isLoading={fetching}>
      <ul className="jobs">
        {present(connection?.edges.map(({ node }) => node)).map(
          ({ id, kind: submitted, state: reached, submittedAt, requestId, video }) => (
            <li key={id} className="job" data-status={reached}>
              <div className="job-what">
                <strong>{submitted === 'AI' ? 'Analyses' : 'Covers'}</strong>
                <a href={videoHref(video.id)} className="video-id" dir="auto">
                  {video.id}
                </a>
              </div>
              <div className="job-state">
                <span className="status">{submissionStates[reached]}</span>
                <time dateTime={submittedAt} className="age">
                  {dateText(submittedAt)}
                </time>
              </div>
              {requestId !== null && (
                <div className="job-more">
                  <Copyable label="RequestId" value={requestId} />
                </div>
              )}
            </li>
          ),
        )}
      </ul>
    </ListResults>
  );
}

function present<Item>(items: readonly (Item | null)[] | undefined): readonly Item[] {
  return items?.filter((item) => item !== null) ?? [];
}

function LiveList({ jobs: listed }: { readonly jobs: readonly Job[] }) {
  const { jobs, problem } = useLiveJobs(listed);
  const now = useNow(jobs.some((job) => !isFinal(job)));
  return (
    <>
      <Announcements jobs={jobs} />
      {problem && <ProblemNotice problem={problem} />}
      <ul className="jobs">
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} now={now} />
        ))}
      </ul>
    </>
  );
}

interface Connection {
  readonly totalCount: number | null;
  readonly edges: readonly unknown[];
  readonly pageInfo: Parameters<typeof Pager>[0]['pageInfo'];
}

function ListResults({
  list,
  filters,
  connection,
  error,
  isLoading,
  children,
}: ResultsProperties & {
  connection: Connection | null | undefined;
  error: CombinedError | undefined;
  isLoading: boolean;
  children: ReactNode;
}) {
  return (
    <div aria-busy={isLoading}>
      {error && <ProblemNotice problem={problemOf(error)} />}
      {!connection && !error && <p className="empty">Loading…</p>}
      {connection?.edges.length === 0 && (
        <p className="empty">
          {Object.values(filters).some(Boolean) ? (
            <>
              Nothing matches these filters. <a href={href([list])}>Clear them</a>
            </>
          ) : (
            <>
              Nothing was submitted yet. <a href="#/">Analyse a video</a>
            </>
          )}
        </p>
      )}
      {connection && connection.edges.length > 0 && (
        <>
          {children}
          <Pager
            path={[list]}
            filters={filters}
            pageInfo={connection.pageInfo}
            shown={connection.edges.length}
            total={connection.totalCount}
          />
        </>
      )}
    </div>
  );
}
