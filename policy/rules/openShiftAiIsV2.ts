import { kindOf } from "../subject";
import { resourceRule } from "../rule";

const kinds = ["DSCInitialization", "DataScienceCluster"];

/** The old version is converted, and loses what it does not know. */
export const openShiftAiIsV2 = resourceRule(
    {
        name: "openshift-ai-is-v2",
        title: "DSCInitialization and DataScienceCluster are written in version v2",
        why: "The API server converts version v1: components that exist only in v2 are missing, components that v2 does not have are dropped, and nothing is refused.",
        remedy: "Write apiVersion dscinitialization.opendatahub.io/v2 and datasciencecluster.opendatahub.io/v2, with the component names of v2.",
        severity: "medium",
        source: "docs/sources/openshift-ai.md#initialization, #first-start",
    },
    (type) => type.startsWith("kubernetes:") && kinds.includes(kindOf(type)),
    (subject, report) => {
        const [, , version = "none"] = subject.type.split(/[:/]/);
        if (version !== "v2") {
            report(`apiVersion: ${version}, expected v2`);
        }
    },
);
