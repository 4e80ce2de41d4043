import { recordOf, releaseOfVersion } from "../../catalogue/releases";
import { releaseOf } from "../release";
import { stackRule } from "../rule";
import type { Subject } from "../subject";

/** Versions that a release of OpenShift AI works with, by OLM package. */
function tested(release: string | undefined): Readonly<Record<string, { readonly version: RegExp; readonly words: string }>> {
    const known = releaseOfVersion(release ?? "");
    return Object.fromEntries(
        Object.entries(known === undefined ? {} : recordOf(known).operators).flatMap(([operator, pin]) =>
            "line" in pin && pin.line !== null
                ? [[operator, { version: new RegExp(`\\.v?${pin.line.replace(".", "\\.")}\\.\\d`), words: `${pin.line}.x` }]]
                : [],
        ),
    );
}

/** Operators that OpenShift AI is tested with stay at those versions. */
export const pinsFitTheRelease = stackRule(
    {
        name: "pins-fit-the-release",
        title: "Operators stay at the versions that the release of OpenShift AI works with",
        why: "OLM may upgrade the operator beyond the version that OpenShift AI was tested with. Gateways then lose their policies while everything reports healthy.",
        remedy: "Pin the operator: installPlanApproval: Manual and startingCSV at a version of the line that the message names.",
        severity: "high",
        source: "docs/sources/operators.md#pins, #install-plans",
    },
    (stack, report) => {
        const subscriptions = stack.of("Subscription").filter((s) => s.type.includes("operators.coreos.com"));
        const spec = (s: Subject): Record<string, unknown> => (s.value["spec"] ?? {}) as Record<string, unknown>;
        for (const s of subscriptions) {
            const { name, installPlanApproval, startingCSV } = spec(s);
            if (startingCSV !== undefined && installPlanApproval === "Automatic") {
                report(
                    s,
                    `${String(name)} begins at ${String(startingCSV)} and is upgraded at once: installPlanApproval is Automatic; expected Manual`,
                );
            }
        }
        for (const s of subscriptions) {
            const { name, channel, startingCSV: pin } = spec(s);
            const line = /\d+\.\d+$/.exec(String(channel))?.[0];
            const version = /\.v?(\d+\.\d+)/.exec(String(pin))?.[1];
            if (line !== undefined && version !== undefined && line !== version) {
                report(s, `${String(name)} begins at ${String(pin)}, which is not of its channel ${String(channel)}`);
            }
        }
        const release = releaseOf(stack);
        const needed = tested(release);
        for (const s of subscriptions) {
            const { name, startingCSV: pin, installPlanApproval } = spec(s);
            const needs = needed[String(name)];
            if (needs === undefined) {
                continue;
            }
            if (s.unknownAt(["spec", "startingCSV"])) {
                if (installPlanApproval !== "Manual" && !s.unknownAt(["spec", "installPlanApproval"])) {
                    report(s, `${String(name)} is upgraded at once: installPlanApproval is not Manual`);
                }
            } else if (pin === undefined) {
                report(s, `${String(name)} is not pinned; OpenShift AI ${release} needs ${needs.words}`);
            } else if (!needs.version.test(String(pin))) {
                report(s, `${String(name)} is pinned to ${String(pin)}; OpenShift AI ${release} needs ${needs.words}`);
            } else if (installPlanApproval === undefined && !s.unknownAt(["spec", "installPlanApproval"])) {
                report(s, `${String(name)} is pinned, but OLM upgrades it: expected installPlanApproval Manual`);
            }
        }
    },
);
