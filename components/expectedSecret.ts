import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { EXPECTED_LABEL, EXPECTED_SECRET } from "../catalogue/records";
import { gate, RECORDS_NAMESPACE } from "./gate";

/** How long somebody has to bring it. */
const MINUTES = 30;

/** A Secret that the settings name and that this program never writes. */
export interface ExpectedSecret {
    readonly namespace: string;
    readonly secret: string;
    /** The keys that it must have. */
    readonly keys: readonly string[];
    /** Where the settings name it, and what it is for: begins the message when it is missing. */
    readonly what: string;
}

/**
 * Waits until somebody has brought a Secret: by hand, or by External Secrets. What is expected is recorded first, as a
 * ConfigMap that says so to people (`oc get configmap -n maas-platform -l maas-platform.io/expects=secret`).
 *
 * @param name of the records, unique in the stack
 * @returns depend on it to have the Secret; an id of the Secret that is made from its id is known when the Secret is there
 */
export function expectedSecret(
    name: string,
    { namespace, secret, keys, what }: ExpectedSecret,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    const expected = new ConfigMap(
        `${name}-expected`,
        {
            metadata: { name: `${name}-expected`, namespace: RECORDS_NAMESPACE, labels: { [EXPECTED_LABEL]: EXPECTED_SECRET } },
            data: { namespace, secret, keys: keys.join(" ") },
        },
        opts,
    );
    return gate(
        name,
        {
            kind: "secret-brought",
            until: `Secret ${namespace}/${secret} is brought`,
            record: { object: `Secret ${namespace}/${secret}`, keys: keys.join(" ") },
            check: async (kube) => {
                let missing: readonly string[] = keys;
                const found = await kube.until(
                    { apiVersion: "v1", plural: "secrets", namespace },
                    secret,
                    (object) => {
                        const data = (object?.["data"] ?? {}) as Record<string, string>;
                        missing = keys.filter((key) => (data[key] ?? "") === "");
                        return object !== undefined && missing.length === 0 ? true : undefined;
                    },
                    (await kube.now()) + MINUTES * 60_000,
                );
                if (found === undefined) {
                    throw new Error(
                        `${what}: Secret ${namespace}/${secret} with ${missing.map((key) => `key ${key}`).join(" and ")} did not appear within ${MINUTES} minutes. ` +
                            `Bring it, e.g. oc create secret generic ${secret} -n ${namespace} ${missing.map((key) => `--from-file=${key}`).join(" ")}` +
                            (namespace === RECORDS_NAMESPACE ? " (the namespace is there by now: this program has created it)" : "") +
                            "; the next `pulumi up` goes on from here",
                    );
                }
            },
        },
        { ...opts, dependsOn: [expected] },
    );
}
