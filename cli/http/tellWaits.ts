import type { Terminal } from "../terminal";

/** Tells before each wait why a request is sent again; requests that fail alike at once are told of once. */
export function tellWaits(err: Terminal): (seconds: number, why: string) => void {
    let told: string | undefined;
    return (seconds, why) => {
        const line = `${why}: trying again in ${Math.ceil(seconds)} s`;
        if (line !== told) {
            told = line;
            err.line(line);
        }
    };
}
