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

/** Operators stay at the versions that OpenShift AI was tested with. */
export const pinsFitTheRelease = stackRule(
    {
        name: "pins-fit-the-release",
        title: "Operators stay at the versions that the release of OpenShift AI works with",
        why: "OLM may upgrade the operator beyond the version that OpenShift AI was tested with. Gateways then lose their policies while everything reports healthy.",
        remedy: "Pin the operator: installPlanApproval: Manual and startingCSV at a version that the message names.",
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
                    `${String(name)}: installPlanApproval Automatic upgrades the operator past startingCSV ${String(startingCSV)} at once; set Manual`,
                );
            }
        }
        for (const s of subscriptions) {
            const { name, channel, startingCSV: pin } = spec(s);
            const line = /\d+\.\d+$/.exec(String(channel))?.[0];
            const version = /\.v?(\d+\.\d+)/.exec(String(pin))?.[1];
            if (line !== undefined && version !== undefined && line !== version) {
                report(
                    s,
                    `${String(name)}: startingCSV ${String(pin)} is not in the channel ${String(channel)}, so OLM cannot install it; change one of them`,
                );
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
                    report(
                        s,
                        `${String(name)}: installPlanApproval is not Manual, so OLM upgrades the operator at once; set Manual`,
                    );
                }
            } else if (pin === undefined) {
                report(
                    s,
                    `${String(name)}: the operator is not pinned; OpenShift AI ${release} needs ${needs.words}; set startingCSV`,
                );
            } else if (!needs.version.test(String(pin))) {
                report(s, `${String(name)}: startingCSV is ${String(pin)}; OpenShift AI ${release} needs ${needs.words}`);
            } else if (installPlanApproval === undefined && !s.unknownAt(["spec", "installPlanApproval"])) {
                report(s, `${String(name)}: OLM upgrades the operator past its pin; set installPlanApproval: Manual`);
            }
        }
    },
);
