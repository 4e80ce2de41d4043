import { refusedCsv, refusedIn } from "../../catalogue/refusedVersions";
import { stackRule } from "../rule";
import { texts } from "../texts";

/** Kinds whose texts say what is installed or run. */
const WORKLOADS = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Pod",
    "ConfigMap",
    "ServingRuntime",
    "InferenceService",
    "LLMInferenceService",
];

/** No version that is known to let requests through, or to be poisoned. */
export const versionsAreSafe = stackRule(
    {
        name: "versions-are-safe",
        title: "No version that lets requests through or was poisoned is installed",
        why: "Connectivity Link 1.4.0 serves inference without authentication. LiteLLM 1.82.7 and 1.82.8 on PyPI stole credentials. Everything reports healthy with them.",
        remedy: "Install the version that the message names. If a poisoned version has run, replace every credential that it could read.",
        severity: "critical",
        source: "docs/sources/connectivity-link.md#connectivity-link-14, docs/sources/workspaces.md#litellm",
        levels: { sandbox: "mandatory", development: "mandatory", production: "mandatory" },
    },
    (stack, report) => {
        for (const subscription of stack.of("Subscription")) {
            const csv = subscription.value["spec"]?.startingCSV as string | undefined;
            const found = refusedCsv(csv ?? "");
            if (found !== undefined) {
                report(subscription, `spec.startingCSV: ${csv} ${found.harm}; use ${found.use}`);
            }
        }
        for (const workload of WORKLOADS.flatMap((kind) => stack.of(kind))) {
            for (const part of ["spec", "data"]) {
                for (const [path, text] of texts(workload.value[part], part)) {
                    for (const { what, version, harm, use } of refusedIn(text)) {
                        report(workload, `${path}: ${what} ${version} ${harm}; use ${use}`);
                    }
                }
            }
        }
    },
);
