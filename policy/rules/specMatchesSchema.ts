import type { ResourceValidationPolicy } from "@pulumi/policy";

import { registeredKinds, registeredPatches } from "../../kinds";
import { problemsOf } from "../../kinds/check";
import { known } from "../known";

interface Config {
    /** Type tokens that are not checked. */
    readonly ignore?: readonly string[];
}

/** Every custom resource follows the schema of its kind, misspelt and unknown fields included. */
export const specMatchesSchema: ResourceValidationPolicy = {
    name: "spec-matches-schema",
    displayName: "Custom resources follow the schema of their kind",
    description:
        "While its CRD is not installed, a preview checks nothing of a custom resource; and the API server drops a field that it does not know without a word.",
    remediationSteps:
        "Correct the field at the path that the message names. The kinds and their fields are listed in docs/kinds.md.",
    enforcementLevel: "mandatory",
    severity: "high",
    configSchema: { properties: { ignore: { type: "array", items: { type: "string" }, default: [] } } },
    validateResource: (args, report) => {
        const definition = registeredKinds().get(args.type) ?? registeredPatches().get(args.type);
        if (definition === undefined || args.getConfig<Config>().ignore?.includes(args.type) === true) {
            return;
        }
        const { value, unknownAt } = known(args.props);
        for (const { path, message } of problemsOf(definition, value, unknownAt)) {
            report(`${path}: ${message}`);
        }
    },
};
