import { secretsOfArguments } from "../../catalogue/secrets";
import { USER_ANNOTATION } from "../../catalogue/workspaces/names";
import { stackRule } from "../rule";
import type { Subject, Unchecked } from "../subject";

/** The namespace of a user's workspaces belongs to that user alone, and keys are in Secrets there. */
export const workspacesArePrivate = stackRule(
    {
        name: "workspaces-are-private",
        title: "The namespace of a user's workspaces admits that user alone",
        why: "Whoever edits the namespace of a workspace opens its terminal, reads its files and uses the API key of its user: limits and costs are then counted for somebody else.",
        remedy: `Bind roles in the namespace to the user of its annotation ${USER_ANNOTATION} alone, and keep keys in Secrets.`,
        severity: "high",
        source: "docs/sources/workspaces.md#dev-spaces",
    },
    (stack, report) => {
        const users = new Map<string, string>();
        for (const { value } of stack.of("Namespace")) {
            const user: unknown = value["metadata"]?.annotations?.[USER_ANNOTATION];
            const name: unknown = value["metadata"]?.name;
            if (typeof user === "string" && typeof name === "string") {
                users.set(name, user);
            }
        }
        const userOf = ({ value }: Subject): string | undefined => users.get(value["metadata"]?.namespace as string);
        for (const subject of stack.of("RoleBinding")) {
            const user = userOf(subject);
            for (const { kind, name, namespace } of user === undefined ? [] : subjectsOf(subject)) {
                // An account has a namespace: where none is seen, it is not known yet.
                const own =
                    kind === "ServiceAccount" && (namespace === undefined || namespace === subject.value["metadata"]?.namespace);
                if (!own && !(kind === "User" && name === user) && kind !== undefined && name !== undefined) {
                    report(
                        subject,
                        `RoleBinding ${String(subject.value["metadata"]?.name)} lets ${String(kind)} ${String(name)} into the workspaces of ${user}, where the user's key and files are; bind ${user} alone`,
                    );
                }
            }
        }
        for (const subject of stack.of("ConfigMap")) {
            const user = userOf(subject);
            for (const [key, text] of user === undefined ? [] : Object.entries((subject.value["data"] ?? {}) as object)) {
                if (typeof text === "string" && secretsOfArguments([text]).some(({ name }) => name === undefined)) {
                    report(
                        subject,
                        `ConfigMap ${String(subject.value["metadata"]?.name)} has a password, token or key in ${key}, in plain text in the state; put it into a Secret`,
                    );
                }
            }
        }
    },
);

function subjectsOf({ value }: Subject): Unchecked[] {
    const subjects: unknown = value["subjects"];
    return Array.isArray(subjects) ? subjects.filter((one) => typeof one === "object" && one !== null) : [];
}
