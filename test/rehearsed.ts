/** Rehearsals in memory for tests: each test has a project of its own, and a session that ends with it. */
import path from "node:path";

import type { RehearsalSession } from "../rehearsal/rehearse";
import { openSession } from "../simulator/rehearse";
import type { Rehearsal } from "../rehearsal/result";
import { type Fault, parseFault } from "../simulator/faults";
import { Project } from "./project";

/** Namespaces that operators made themselves, and leave when they go. */
export const OPERATORS_LEAVE: ReadonlySet<string> = new Set([
    "cert-manager",
    "external-secrets",
    "models-as-a-service",
    "redhat-ods-monitoring",
    "rhods-notebooks",
]);

/** What policies find, but for the advice to monitor, which the small stacks of tests leave. */
export const findings = ({ policy }: Rehearsal): Rehearsal["policy"] => policy.filter(({ rule }) => rule !== "maas-is-monitored");

/** What the tests of a file rehearse with. */
export interface Stage {
    /** The project of this test. */
    readonly project: Project;
    /** The session that this test has opened. */
    readonly session: RehearsalSession;
    /**
     * Writes the settings of code-assistant with a change, and opens a session on them. It goes on after a failure with what does
     * not depend on it, so that a test sees how far a failure reaches.
     *
     * @param faults as text; or a list of faults, which the test empties when their cause is to be gone
     * @param seed of what chance decides. Default 0
     */
    open(change?: (settings: any) => unknown, faults?: readonly string[] | Fault[], seed?: number): Promise<RehearsalSession>;
}

/** Call it once in a file, outside of its tests. @param policies whether the policy pack judges too */
export function rehearsed({ policies }: { readonly policies: boolean }): Stage {
    let project: Project;
    let session: RehearsalSession | undefined;
    beforeEach(() => {
        project = new Project();
    });
    afterEach(async () => {
        const problems = session?.world.problems ?? [];
        await session?.close();
        session = undefined;
        project.remove();
        // Otherwise the simulator, not what is simulated, may have decided the test.
        expect(problems).toEqual([]);
    });
    return {
        get project() {
            return project;
        },
        get session() {
            return session!;
        },
        async open(change, faults = [], seed = 0) {
            session = await openSession({
                projectDir: project.folder,
                stack: project.change(change),
                continueOnError: true,
                ...(policies && { policyPack: path.join(__dirname, "../policy") }),
                faults: faults.every((fault) => typeof fault === "string") ? faults.map((text) => parseFault(text)) : faults,
                seed,
            });
            return session;
        },
    };
}

/** The errors that were told. */
export function errors({ diagnostics }: Pick<Rehearsal, "diagnostics">): string[] {
    return diagnostics.filter((d) => d.severity === "error").map((d) => d.message);
}

/** What was done, without what was left as it was, alphabetical: `update tier-free-group`. */
export function changes({ operations }: Rehearsal): string[] {
    return operations
        .filter((o) => o.operation !== "same" && o.operation !== "read" && !isUpdatedComponent(o))
        .map((o) => `${o.operation} ${o.urn.split("::").at(-1)!}`)
        .sort();
}

/** The names of what one operation was done to. */
export function done({ operations }: Rehearsal, operation: string): string[] {
    return operations.filter((o) => o.operation === operation && !isUpdatedComponent(o)).map((o) => o.urn.split("::").at(-1)!);
}

/** A component is updated with its inputs, which says nothing of the objects in it. */
function isUpdatedComponent({ urn, operation }: Rehearsal["operations"][number]): boolean {
    return operation === "update" && /(?:::|\$)(?:maas|pulumi):[^:$]+:[^:$]+::[^:]+$/.test(urn);
}
