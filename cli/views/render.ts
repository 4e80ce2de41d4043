import type { Rendered } from "../render/rendering";
import { table } from "../table";
import type { Terminal } from "../terminal";

/** Prints what was rendered, and what was not. */
export function printRender(out: Terminal, { stack, renderings, omitted }: Rendered): void {
    const waves = new Set(renderings.map(({ wave }) => wave)).size;
    const of = (kind: "plan" | "wait" | "store"): number =>
        renderings.filter(({ isOf, manifest }) => isOf === kind && (kind !== "wait" || manifest.kind === "Job")).length;
    const parts = [
        `${of("plan")} objects`,
        ...(of("wait") > 0 ? [`${of("wait")} Jobs that wait`] : []),
        ...(of("store") > 0 ? [`${of("store")} ExternalSecrets`] : []),
    ];
    out.line(`${out.style(`Manifests of the stack ${stack}`, "bold")}: ${parts.join(", ")}, in ${waves} waves.`);
    if (omitted.length === 0) {
        return;
    }
    out.line();
    out.line(out.style(`In no manifest: ${omitted.length}`, "bold"));
    const columns = [{ title: "What" }, { title: "Why", wraps: true }, { title: "Instead", wraps: true }];
    const rows = omitted.map(({ name, why, instead }) => [name, why, instead]);
    table(columns, rows, out.width - 2, (text) => out.style(text, "dim")).forEach((line) => out.line(`  ${line}`));
}
