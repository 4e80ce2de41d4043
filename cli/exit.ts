/** Exit codes of `maas`. */
export const Exit = {
    fine: 0,
    /** Refused by the settings, by a policy or by the cluster. */
    refused: 1,
    /** The command line makes no sense, or names something that does not exist. */
    misuse: 2,
    /** Ended by Ctrl-C or SIGTERM. */
    interrupted: 130,
} as const;

/** The command line makes no sense: the message says what was given and what is expected. */
export class UsageError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "UsageError";
    }
}

/** Something outside the program is not as it must be; the message says what, and what to do. */
export class RefusalError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "RefusalError";
    }
}

/** Something was begun and is not as it was before: the message is told after an interruption as well. */
export class UnfinishedError extends RefusalError {
    constructor(
        message: string,
        /** Status of the answer that leaves it open; absent: there was none. */
        readonly status?: number,
    ) {
        super(message);
    }
}

/** The user wants it to end. */
export class Interrupted extends Error {
    constructor() {
        super("interrupted");
        this.name = "Interrupted";
    }
}
