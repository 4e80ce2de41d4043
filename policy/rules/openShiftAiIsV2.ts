import { kindOf } from "../subject";
import { resourceRule } from "../rule";

const kinds = ["DSCInitialization", "DataScienceCluster"];

/** Objects of version v1 lose fields when the API server converts them. */
export const openShiftAiIsV2 = resourceRule(
    {
        name: "openshift-ai-is-v2",
        title: "DSCInitialization and DataScienceCluster are written in version v2",
        why: "The API server converts version v1 without an error: components that exist only in v2 are missing, and components that v2 does not have are dropped.",
        remedy: "Write apiVersion dscinitialization.opendatahub.io/v2 and datasciencecluster.opendatahub.io/v2, with the component names of v2.",
        severity: "medium",
        source: "docs/sources/openshift-ai.md#initialization, #first-start",
    },
    (type) => type.startsWith("kubernetes:") && kinds.includes(kindOf(type)),
    (subject, report) => {
        const [, , version = "none"] = subject.type.split(/[:/]/);
        if (version !== "v2") {
            report(`apiVersion: version ${version} loses components when it is converted; set v2`);
        }
    },
);
