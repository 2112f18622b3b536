/**
 * Shifts the wall clock of a process by `CLOCK_OFFSET_MS`. Load it with `--import`. The monotonic clock and timers are not
 * affected.
 */
const systemNow = Date.now;
const offsetMs = Number(process.env.CLOCK_OFFSET_MS);
Date.now = () => systemNow() + offsetMs;

export {};
