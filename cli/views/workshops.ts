/** Output of the commands about workshops; it never contains a key. */
import type { DesiredWorkshop, SyncAction, SyncFailure } from "../../components/litemaas/sync/types";
import { count } from "../../rehearsal/report/format";
import type { Terminal } from "../terminal";
import { block, rows } from "./common";

const VERBS = ["create", "extend", "update", "withdraw"] as const;

/** One workshop, and what becomes of its keys. */
export interface WorkshopRow {
    readonly workshop: string;
    readonly participants: number;
    readonly end: string;
    readonly create: number;
    readonly extend: number;
    readonly update: number;
    readonly withdraw: number;
}

/** Sums the actions of each workshop; those that are no longer listed have no participants. */
export function workshopRows(workshops: readonly DesiredWorkshop[], actions: readonly SyncAction[]): WorkshopRow[] {
    const keys = actions.filter(({ what, workshop }) => what === "key" && workshop !== undefined);
    const names = [...new Set([...workshops.map(({ name }) => name), ...keys.map(({ workshop }) => workshop!)])];
    const sums = new Map(names.map((name) => [name, { create: 0, extend: 0, update: 0, withdraw: 0 }]));
    for (const { workshop, verb } of keys) {
        sums.get(workshop!)![verb as (typeof VERBS)[number]] += 1;
    }
    return names.map((workshop) => {
        const listed = workshops.find(({ name }) => name === workshop);
        return { workshop, participants: listed?.participants.length ?? 0, end: listed?.end ?? "", ...sums.get(workshop)! };
    });
}

const tell = (out: Terminal, n: number, verb: (typeof VERBS)[number]): string =>
    n === 0 ? "" : out.style(String(n), verb === "withdraw" ? "red" : verb === "create" ? "green" : "yellow");

/** Prints what becomes of the keys of each workshop; with `verbose`, of each participant. */
export function printWorkshops(
    out: Terminal,
    workshops: readonly DesiredWorkshop[],
    actions: readonly SyncAction[],
    verbose: boolean,
): void {
    block(
        out,
        "Workshops",
        rows(
            out,
            [
                { title: "Workshop", wraps: true },
                { title: "Participants", align: "right" },
                { title: "Create", align: "right" },
                { title: "Extend", align: "right" },
                { title: "Update", align: "right" },
                { title: "Withdraw", align: "right" },
                { title: "End" },
            ],
            workshopRows(workshops, actions).map((row) => [
                row.workshop,
                row.participants === 0 ? "not listed" : String(row.participants),
                ...VERBS.map((verb) => tell(out, row[verb], verb)),
                row.end.replace(/\.000Z$/, "Z"),
            ]),
        ),
    );
    printActions(out, "Keys", verbose ? actions.filter(({ what }) => what === "key") : []);
    printActions(
        out,
        "Teams",
        actions.filter(({ what }) => what === "team"),
    );
}

/** Prints steps one by one. */
export function printActions(out: Terminal, title: string, actions: readonly SyncAction[]): void {
    block(
        out,
        title,
        rows(
            out,
            [{ title: "What" }, { title: "Name", wraps: true }, { title: "Step" }, { title: "Why", wraps: true }],
            actions.map(({ what, workshop, name, verb, why, detail }) => [
                what,
                workshop === undefined ? name : `${workshop}.${name}`,
                verb,
                why ?? detail ?? "",
            ]),
        ),
    );
}

/** Prints the steps that failed. */
export function printFailures(out: Terminal, failed: readonly SyncFailure[]): void {
    block(
        out,
        out.style(`Failed: ${count(failed.length, "step")}`, "red"),
        rows(
            out,
            [{ title: "What" }, { title: "Name", wraps: true }, { title: "Why", wraps: true }],
            failed.map(({ action, why }) => [
                action.what,
                action.workshop === undefined ? action.name : `${action.workshop}.${action.name}`,
                why,
            ]),
        ),
    );
}

/** The numbers of keys that are created, extended, changed and withdrawn, in words. */
export function keyCounts(actions: readonly SyncAction[]): string {
    const sum = (verb: string): number => actions.filter((action) => action.what === "key" && action.verb === verb).length;
    return `${count(sum("create"), "key")} to create, ${sum("extend")} to extend, ${sum("update")} to change, ${sum("withdraw")} to withdraw`;
}
