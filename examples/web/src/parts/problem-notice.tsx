import { useEffect, useState } from 'react';
import type { Problem } from '../gateway/problem.ts';
import { durationText } from '../jobs/time.ts';
import { Copyable } from './copyable.tsx';
import { openKeyDialog } from './key-dialog.tsx';

/** A problem: what happened, what to do, and what support needs to know. */
export function ProblemNotice({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const { title, advice, code, detail, upstream, retryAfterMs } = problem;
  const waitMs = useCountdown(problem, retryAfterMs ?? 0);
  return (
    <div className="notice problem" role="alert" data-code={code}>
      <h3>{title}</h3>
      <p>
        {advice} {waitMs > 0 && <span>You can try again in {durationText(waitMs)}.</span>}
      </p>
      {detail !== undefined && detail !== advice && <p className="detail">{detail}</p>}
      {upstream?.code !== undefined && <Copyable label="VOD's code" value={upstream.code} />}
      {upstream?.requestId !== undefined && <Copyable label="RequestId" value={upstream.requestId} />}
      <div className="actions">
        {code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' ? (
          <button type="button" onClick={openKeyDialog}>
            Enter an API key
          </button>
        ) : (
          onRetry && (
            <button type="button" className="secondary" onClick={onRetry} disabled={waitMs > 0}>
              Try again
            </button>
          )
        )}
      </div>
    </div>
  );
}

/** The rest of a time that starts with each problem, in ms. */
function useCountdown(problem: Problem, ms: number): number {
  const [rest, setRest] = useState(ms);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another problem starts another countdown
  useEffect(() => {
    const end = Date.now() + ms;
    setRest(ms);
    if (ms === 0) return;
    const timer = setInterval(() => {
      const left = Math.max(0, end - Date.now());
      setRest(left);
      if (left === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [problem, ms]);
  return rest;
}
