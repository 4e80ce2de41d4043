/** The persons behind counted names: workspaces, and on release 3.3 everybody, are counted under the names of their accounts. Pure. */
import { WORKSPACE_ACCOUNT } from "../workspaces/names";
import type { Recording } from "./recording";
import type { Person, Scope } from "./scope";

/** Of most accounts of workspaces, the namespace says whose they are; of the others, a list. */
const ACCOUNT = `system:serviceaccount:wksp-(.+):${WORKSPACE_ACCOUNT}`;
const LISTED = "maas:person:info";

/** The labels that use is counted by: with workspaces, label `user` names the person, and `workspace` tells a workspace from its user. */
export function countedBy(labels: readonly string[], scope: Pick<Scope, "workspaces" | "persons">): string[] {
    return [...labels, ...(isMapped(scope) ? ["workspace"] : [])];
}

/**
 * A query whose label `user` names persons.
 *
 * @param query that has the labels
 * @returns the query itself where users are counted under their own names
 */
export function ofPersons(query: string, labels: readonly string[], scope: Pick<Scope, "workspaces" | "persons">): string {
    if (!isMapped(scope)) {
        return query;
    }
    const replace = (of: string, target: string, to: string, source: string, pattern: string): string =>
        `label_replace(${of}, "${target}", "${to}", "${source}", "${pattern}")`;
    const derived = (of: string): string =>
        [
            ["person", "$1", "(.*)"],
            ["person", "$1", ACCOUNT],
            ["workspace", "true", ACCOUNT],
        ].reduce((before, [target, to, pattern]) => replace(before, target!, to!, "user", pattern!), of);
    const named =
        scope.persons.length === 0
            ? derived(query)
            : `((${query}) * on (user) group_left (person, workspace) ${LISTED} or ${derived(`(${query}) unless on (user) ${LISTED}`)})`;
    const persons = `sum by (${[...labels.map((label) => (label === "user" ? "person" : label)), "workspace"].join(", ")}) (${named})`;
    return `sum by (${[...labels, "workspace"].join(", ")}) (${replace(persons, "user", "$1", "person", "(.*)")})`;
}

/** Persons who are counted under a name that is not theirs: a constant 1. */
export function personRecordings(persons: readonly Person[]): Recording[] {
    return persons.map(({ counted, user, workspace }) => ({
        record: LISTED,
        labels: ["user", "person", "workspace"],
        fixed: { user: counted, person: user, workspace: workspace ? "true" : "" },
        expr: "vector(1)",
    }));
}

function isMapped({ workspaces, persons }: Pick<Scope, "workspaces" | "persons">): boolean {
    return workspaces || persons.length > 0;
}
