/** The days that a report covers, in UTC. */
import { UsageError } from "../exit";

const DAY = 86_400;
/** Prometheus answers a query with so many points at most. */
const MOST_DAYS = 3660;

/** Whole days, in seconds since 1970; the end is not part of it. */
export interface Period {
    readonly start: number;
    readonly end: number;
}

/**
 * Reads `--since` and `--until`.
 *
 * @param until undefined: with today
 * @param now in milliseconds since 1970
 * @throws UsageError
 */
export function periodOf(since: string, until: string | undefined, now: number): Period {
    const start = dayOf("since", since);
    const end = until === undefined ? (Math.floor(now / 1000 / DAY) + 1) * DAY : dayOf("until", until);
    if (end <= start) {
        throw new UsageError(
            until === undefined
                ? `--since is ${since}; expected a day that has begun.`
                : `--until is ${until}; expected a day after ${since} (--since). The day itself is not part of the report.`,
        );
    }
    if ((end - start) / DAY > MOST_DAYS) {
        throw new UsageError(`--since is ${since}; expected at most ${MOST_DAYS} days before the end.`);
    }
    return { start, end };
}

function dayOf(option: string, text: string): number {
    const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
    if (Number.isNaN(time) || isoTime(time / 1000).slice(0, 10) !== text) {
        throw new UsageError(`--${option} is ${JSON.stringify(text)}; expected a day such as 2026-06-01.`);
    }
    return time / 1000;
}

/** A time as ISO 8601, without fractions. @param seconds since 1970 */
export function isoTime(seconds: number): string {
    return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The calendar month of a time: its first second, and that of the next. */
export function monthOf(seconds: number): Period {
    const date = new Date(seconds * 1000);
    const first = (months: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months) / 1000;
    return { start: first(0), end: first(1) };
}
