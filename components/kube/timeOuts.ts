/** The time for which a server may say nothing. */

/** Milliseconds of wall time after which a silent server is given up, by what it was to do next. */
export interface TimeOuts {
    /** Log in, with the program that the kubeconfig names for it: a person may have to answer in a browser. */
    readonly logIn: number;
    /** Accept the connection; looking up its name, and a proxy on the way to it, are part of that. */
    readonly connect: number;
    /** Finish the TLS handshake. */
    readonly tls: number;
    /** Begin to answer. An API server ends what takes longer than a minute by itself (`--request-timeout`). */
    readonly headers: number;
    /** Send the next piece of an answer. */
    readonly body: number;
    /** Tell of a change. A watch is started again then, as nothing else would show that the other side has gone without a word. */
    readonly watch: number;
    /** Tell that the `timeoutSeconds` of a watch have passed, beyond them. */
    readonly watchEnd: number;
    /** Answer the last question before a deadline, beyond it. */
    readonly lastAnswer: number;
}

export const defaultTimeOuts: TimeOuts = {
    logIn: 180_000,
    connect: 10_000,
    tls: 10_000,
    headers: 65_000,
    body: 30_000,
    watch: 60_000,
    watchEnd: 2000,
    lastAnswer: 5000,
};

/** Notices that something does not happen. It watches for one thing at a time. */
export class Watchdog {
    private timer: NodeJS.Timeout | undefined;
    private readonly end: number;

    /**
     * @param within milliseconds that everything together may take
     * @param overdue told what has not happened: `no TLS handshake within 10 s`
     */
    constructor(
        within: number,
        private readonly overdue: (what: string) => void,
    ) {
        this.end = performance.now() + within;
    }

    /** From now on this, and nothing else, must happen within so many milliseconds. */
    expect(what: string, milliseconds: number): void {
        const left = Math.min(milliseconds, Math.max(0, this.end - performance.now()));
        this.stop();
        // Longer than a timer can wait is for ever.
        this.timer = setTimeout(
            () => this.overdue(`no ${what} within ${Math.round(left / 100) / 10} s`),
            Math.min(left, 2 ** 31 - 1),
        );
    }

    stop(): void {
        clearTimeout(this.timer);
    }
}
