import { CONTINUE_CONFIG } from "../../catalogue/workspaces/names";
import type { Plan } from "../../rehearsal/result";
import type { Terminal } from "../terminal";

/** The file of the assistant in a ConfigMap. */
const FILE = "config.yaml";

/**
 * Prints the configuration of the Continue assistant of each tier, as workspaces mount it: YAML documents, each tier once.
 *
 * @returns whether the plan has any; if not, what to do is told
 */
export function printAssistants(out: Terminal, err: Terminal, { stack, resources }: Plan): boolean {
    const configs = new Set(
        resources.flatMap(({ type, inputs }) => {
            const { metadata, data } = inputs as {
                metadata?: { name?: unknown };
                data?: Readonly<Record<string, unknown>>;
            };
            const text = type.endsWith(":ConfigMap") && metadata?.name === CONTINUE_CONFIG ? data?.[FILE] : undefined;
            return typeof text === "string" ? [text] : [];
        }),
    );
    if (configs.size === 0) {
        err.line(`Stack ${stack} has no workspaces, so there is no assistant to configure: set workspaces (docs/workspaces.md).`);
        return false;
    }
    for (const text of configs) {
        out.line("---");
        text.trimEnd()
            .split("\n")
            .forEach((line) => out.line(line));
    }
    return true;
}
