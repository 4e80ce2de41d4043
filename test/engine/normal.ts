/** Results without what differs from run to run. */
import type { StepResult } from "./case";
import { PROJECT, STACK } from "./project";

const PREFIX = `urn:pulumi:${STACK}::${PROJECT}::`;
/** The marks of the engine's state and events. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** What an API server sets, by its place in `metadata`. */
const SERVER_FIELDS = new Set(["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp"]);

/** The end of a URN: the types and the name. */
export function short(urn: string): string {
    return urn.startsWith(PREFIX) ? urn.slice(PREFIX.length) : urn;
}

/** Text in which names, ports, places and times are what they are in every run. */
export function text(message: string): string {
    return (
        message
            .replaceAll(PREFIX, "")
            .replaceAll(UNKNOWN, "[unknown]")
            .replace(/\u001b\[[0-9;]*m/g, "")
            .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "[uuid]")
            .replace(/\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8}\b/g, "$1-[random]")
            .replace(/https:\/\/127\.0\.0\.1:\d+/g, "[server]")
            .replace(/\/\S*maas-(?:engine-case|pulumi)-\w+/g, "[folder]")
            .replace(/^\[(Error: [^]*)\]$/, "$1")
            .replace(/, see https:\S+ for troubleshooting help/, "")
            .replace("1 error occurred:\n\t* ", "")
            .replace(/ \(e\.g\. [^]*?regex used for validation is '[^']*'\)/g, "")
            // What follows is advice.
            .replace(/(The resource already exists in the cluster)[^]*$/, "$1")
            .replace(/\s+$/, "")
    );
}

/** A value with its keys in order, secrets and unknowns shown as a rehearsal shows them. */
export function value(of: unknown, inMetadata = false): unknown {
    if (typeof of === "string") {
        return text(of);
    }
    if (Array.isArray(of)) {
        return of.map((item) => value(item));
    }
    if (typeof of === "object" && of !== null) {
        const map = of as Record<string, unknown>;
        if (map[SIGNATURE] === SECRET) {
            return "[secret]";
        }
        return Object.fromEntries(
            Object.keys(map)
                .filter((key) => !key.startsWith("__") && !(inMetadata && key === "managedFields") && map[key] !== undefined)
                .sort()
                .map((key) => [
                    key,
                    inMetadata && SERVER_FIELDS.has(key) && typeof map[key] === "string" && !/^\[\w+\]$/.test(map[key])
                        ? `[${key}]`
                        : value(map[key], key === "metadata"),
                ]),
        );
    }
    return of;
}

/** Entries by the end of their URN, in order. */
export function byUrn<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
    return Object.fromEntries([...entries].map(([urn, of]) => [short(urn), of] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without the entries that say nothing: false, empty, absent. */
export function told(of: Record<string, unknown>): Record<string, unknown> {
    const says = (entry: unknown): boolean =>
        entry !== undefined &&
        entry !== null &&
        entry !== false &&
        entry !== "" &&
        !(Array.isArray(entry) && entry.length === 0) &&
        !(typeof entry === "object" && Object.keys(entry).length === 0);
    return Object.fromEntries(Object.entries(of).filter(([, entry]) => says(entry)));
}

/** A preview ends at its first error: what else it had looked at by then depends on who was faster, and is left out. */
export function certain(result: StepResult): StepResult {
    if (result.action !== "preview" || result.succeeded) {
        return result;
    }
    const { inputs: _, ...rest } = result;
    return { ...rest, operations: {}, outputs: {} };
}
