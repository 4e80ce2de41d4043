import type * as pulumi from "@pulumi/pulumi";

import { EXPECTED_SECRET } from "../catalogue/records";
import { expectedRecord } from "./expected";
import { gate, RECORDS_NAMESPACE } from "./gate";
import { formerName } from "./formerName";
import type { Kube } from "./kube";
import { createCommand, missingKeys, SECRET_MINUTES } from "./secretByHand";
import { untilObject } from "./untilObject";

/** A Secret that the settings name and somebody else creates. Everything must be known in a plan: the gate looks for it. */
export interface ExpectedSecret {
    readonly namespace: string;
    readonly secret: string;
    /** The keys that it must have; empty: any. */
    readonly keys: readonly string[];
    /** The setting that names it, and for which: recorded, and the beginning of the message when it is missing. */
    readonly what: string;
    /** The name of the gate in earlier versions of this program. Default: it had this name. */
    readonly former?: string;
}

/**
 * A gate until somebody has created a Secret, by hand or through External Secrets. Before it, a ConfigMap records what is
 * expected (`oc get configmap -n maas-platform -l maas-platform.io/expects=secret`).
 *
 * @param name of the records, unique in the stack
 * @returns depend on it to use the Secret; an id of the Secret that is made from its id is known when the Secret exists
 */
export function expectedSecret(
    name: string,
    { namespace, secret, keys, what, former }: ExpectedSecret,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    const renamed = (suffix = ""): object => (former === undefined ? {} : formerName(`${former}${suffix}`));
    const data = { namespace, secret, keys: keys.join(" "), setting: what };
    const expected = expectedRecord(name, EXPECTED_SECRET, data, { ...opts, ...renamed("-expected") });
    return gate(
        name,
        {
            kind: "secret-created",
            until: `Secret ${namespace}/${secret} exists`,
            record: { object: `Secret ${namespace}/${secret}`, keys: keys.join(" ") },
            check: (kube) => secretExists(kube, { namespace, secret, keys, what }),
        },
        { ...opts, dependsOn: [expected], ...renamed() },
    );
}

/** @throws Error when the Secret does not exist with its keys within {@link SECRET_MINUTES} */
async function secretExists(kube: Kube, { namespace, secret, keys, what }: ExpectedSecret): Promise<void> {
    let missing: readonly string[] = keys;
    await untilObject(kube, {
        kind: { apiVersion: "v1", plural: "secrets", namespace },
        name: secret,
        within: SECRET_MINUTES,
        reached: (object) => {
            missing = missingKeys(object, keys);
            return object !== undefined && missing.length === 0;
        },
        otherwise: () =>
            `${what}: Secret ${namespace}/${secret}${missing.length === 0 ? "" : ` with ${missing.map((key) => `key ${key}`).join(" and ")}`} did not appear within ${SECRET_MINUTES} minutes. ` +
            `Create it, e.g. ${createCommand({ namespace, secret, keys: missing })}` +
            (namespace === RECORDS_NAMESPACE ? " (this program has created the namespace)" : "") +
            "; the next `pulumi up` continues from here",
    });
}
