import type { AIJobStatus } from '../generated/graphql.ts';
import { Copyable } from '../parts/copyable.tsx';
import { href, videoHref } from '../routing.ts';
import { isFinal, type Job, kindNames, statusNames } from './job.ts';
import { KindIcon } from './kind-icon.tsx';
import { dateText, durationText } from './time.ts';

/**
 * A job with its state. VOD reports no percentage, so the bar of a running job only shows that it runs.
 *
 * @param requestId of the submission, which VOD's support asks for
 */
export function JobRow({ job, now, requestId }: { job: Job; now: number; requestId?: string | undefined }) {
  const { kind, status, videoId, failure } = job;
  const name = kind === null ? 'Job' : kindNames[kind];
  return (
    <li className="job" data-status={status ?? ''}>
      <KindIcon kind={kind} />
      <div className="job-what">
        <strong>{name}</strong>
        {videoId === null ? (
          <span className="muted">unknown video</span>
        ) : (
          <a href={videoHref(videoId)} className="video-id" dir="auto">
            {videoId}
            {status === 'SUCCESS' && <span aria-hidden="true"> →</span>}
          </a>
        )}
      </div>
      <div className="job-state">
        <span className="status">{status === null ? 'Unknown' : statusNames[status]}</span>
        <Age job={job} now={now} />
      </div>
      <Progress job={job} name={name} />
      {failure && (
        <div className="job-failure">
          <p>
            {failure.code !== null && <code>{failure.code}</code>} {failure.message}
          </p>
          {requestId !== undefined ? (
            <Copyable label="RequestId" value={requestId} />
          ) : (
            videoId !== null && (
              <a href={href(['submissions'], { video: videoId })}>RequestId of the submission</a>
            )
          )}
          <Copyable label="Job" value={job.id} />
        </div>
      )}
    </li>
  );
}

function Age({ job, now }: { job: Job; now: number }) {
  const { createdAt, completedAt } = job;
  if (createdAt === null) return null;
  const start = Date.parse(createdAt);
  const text =
    isFinal(job) && completedAt !== null
      ? `took ${durationText(Date.parse(completedAt) - start)}`
      : isFinal(job)
        ? `${durationText(now - start)} ago`
        : durationText(now - start);
  return (
    <time dateTime={createdAt} title={`Created ${dateText(createdAt)}`} className="age">
      {text}
    </time>
  );
}

const steps: readonly AIJobStatus[] = ['INIT', 'PROCESSING', 'SUCCESS'];

function Progress({ job, name }: { job: Job; name: string }) {
  const { status } = job;
  if (isFinal(job) || status === null) return null;
  const reached = steps.indexOf(status);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={`${name}: ${statusNames[status]}`}
      aria-valuetext="Running; VOD reports no percentage"
    >
      {steps.map((step, index) => (
        <span key={step} className={index < reached ? 'past' : index === reached ? 'current' : ''} />
      ))}
    </div>
  );
}
