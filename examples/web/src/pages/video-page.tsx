import { useEffect, useMemo } from 'react';
import { videoResults } from '../gateway/documents.ts';
import { problemOf } from '../gateway/problem.ts';
import { useGatewayQuery } from '../gateway/use-gateway-query.ts';
import type { VideoResultsQuery } from '../generated/graphql.ts';
import { Announcements } from '../jobs/announcements.tsx';
import { coverJobOf, isFinal, type Job, jobOf } from '../jobs/job.ts';
import { JobRow } from '../jobs/job-row.tsx';
import { useNow } from '../jobs/time.ts';
import { useLiveJobs } from '../jobs/use-live-jobs.ts';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { href } from '../routing.ts';
import { useChosenCover } from '../video/chosen-cover.ts';
import { Covers } from '../video/covers.tsx';
import { MediaDNA } from '../video/media-dna.tsx';
import { People } from '../video/people.tsx';
import { usePlayback } from '../video/playback.ts';
import { Player } from '../video/player.tsx';
import { TagLanes } from '../video/tag-lanes.tsx';
import { Transcript } from '../video/transcript.tsx';

/** Everything that VOD found out about a video. */
export function VideoPage({ videoId }: { readonly videoId: string }) {
  const [{ data, error, fetching }, readAgain] = useGatewayQuery({
    query: videoResults,
    variables: { id: videoId },
  });
  const video = data?.aiVideo ?? undefined;
  const listed = useMemo(() => jobsOf(video), [video]);
  const { jobs, problem } = useLiveJobs(listed);
  const now = useNow(jobs.some((job) => !isFinal(job)));

  // The updates have the state only, so that a long result is not sent twice.
  const finished = jobs.filter(
    (job, index) => isFinal(job) && listed[index] && !isFinal(listed[index]),
  ).length;
  useEffect(() => {
    if (finished > 0) readAgain({ requestPolicy: 'network-only' });
  }, [finished, readAgain]);

  return (
    <article className="video-page">
      <header className="page-head">
        <div>
          <p className="eyebrow">Video</p>
          <h1 dir="auto">{videoId}</h1>
        </div>
        <a className="button secondary" href={href([], { video: videoId })}>
          Analyse again
        </a>
      </header>
      {error && (
        <ProblemNotice
          problem={problemOf(error)}
          onRetry={() => readAgain({ requestPolicy: 'network-only' })}
        />
      )}
      {problem && <ProblemNotice problem={problem} />}
      <Announcements jobs={jobs} />
      {jobs.some((job) => job.status !== 'SUCCESS') && (
        <ul className="jobs">
          {jobs
            .filter((job) => job.status !== 'SUCCESS')
            .map((job) => (
              <JobRow key={job.id} job={job} now={now} />
            ))}
        </ul>
      )}
      {!video && fetching && <p className="empty">Loading…</p>}
      {video && <Results videoId={videoId} video={video} isWaiting={jobs.some((job) => !isFinal(job))} />}
    </article>
  );
}

type Video = NonNullable<VideoResultsQuery['aiVideo']>;

function jobsOf(video: Video | undefined): readonly Job[] {
  const coverJob = video?.aiImageJobs?.edges[0]?.node;
  return [
    ...[video?.tagJob, video?.dnaJob].filter((job) => job !== null && job !== undefined).map(jobOf),
    ...(coverJob ? [coverJobOf(coverJob)] : []),
  ];
}

function Results({ videoId, video, isWaiting }: { videoId: string; video: Video; isWaiting: boolean }) {
  const playback = usePlayback();
  const [chosen, choose] = useChosenCover(videoId);
  const { tagJob, dnaJob } = video;
  const ofJob = tagJob?.result?.__typename === 'VideoTagResult' ? tagJob.result : undefined;
  const tags = ofJob ?? video.tags ?? undefined;
  const transcript = ofJob?.transcripts[0];
  const dna =
    (dnaJob?.result?.__typename === 'MediaDNAResult' ? dnaJob.result : undefined) ?? video.dna ?? undefined;
  const covers = video.aiImages ?? [];
  const cover = covers.find(({ id }) => id === chosen);
  const lengthMs = Math.max(
    playback.lengthMs ?? 0,
    transcript?.durationMs ?? 0,
    ...(tags
      ? [tags.people, tags.locations, tags.keywords, tags.times].flat().flatMap(({ timesMs }) => timesMs)
      : []),
    1_000,
  );

  return (
    <div className="results">
      <div className="stage">
        <Player
          videoId={videoId}
          webvtt={transcript?.webvtt}
          poster={(cover ?? covers[0])?.url ?? undefined}
          playback={playback}
        />
        {tagJob && transcript && (
          <Transcript
            jobId={tagJob.id}
            videoId={videoId}
            sentences={transcript.sentences}
            webvtt={transcript.webvtt}
            srt={transcript.srt}
            playback={playback}
          />
        )}
        {tags && !transcript && !isWaiting && (
          <section className="card transcript">
            <h2>Transcript</h2>
            <p className="muted">
              There is none. Choose “With the transcript and captions” when you{' '}
              <a href={href([], { video: videoId })}>analyse the video again</a>.
            </p>
          </section>
        )}
      </div>
      {tags && <TagLanes tags={tags} lengthMs={lengthMs} playback={playback} />}
      <div className="columns">
        {tags && <People people={tags.people} playback={playback} />}
        {dna && <MediaDNA videoId={videoId} matches={dna.matches} lengthMs={lengthMs} playback={playback} />}
      </div>
      {covers.length > 0 && <Covers covers={covers} chosenId={cover?.id} onChoose={choose} />}
      {!tags && !dna && covers.length === 0 && !isWaiting && (
        <p className="empty">
          There are no results for this video. <a href={href([], { video: videoId })}>Analyse it</a>
        </p>
      )}
    </div>
  );
}
