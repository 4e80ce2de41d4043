import type { Client } from "./types";

/** An answer that is no success. */
export class Refused extends Error {
    constructor(what: string, status: number, said: string, retryAfterSeconds?: number);
    readonly status: number;
    readonly said: string;
    readonly retryAfterSeconds?: number;
}

/** There is no whole answer. */
export class Unanswered extends Error {
    constructor(message: string);
}

/** A client of one server, which sends again what failed in passing, and has few requests in flight. */
export function clientOf(options: {
    readonly base: string;
    readonly token: string;
    readonly ca?: string | undefined;
    readonly concurrency?: number;
    readonly attempts?: number;
    readonly firstWaitSeconds?: number;
    readonly timeoutSeconds?: number;
    readonly onWait?: (seconds: number, why: string) => void;
}): Client;

/** Like Promise.all, but ends when all have ended. @throws the first error, in the order of the list */
export function together(promises: readonly unknown[]): Promise<unknown[]>;
