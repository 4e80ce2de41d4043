/** A gate that waits for an object that a controller creates. */
import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { gate } from "./gate";
import { untilObject } from "./untilObject";

/** The object that a gate waits for. All fields are plain: the gate asks the cluster for it by name. */
export interface ExpectedObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly plural: string;
    readonly name: string;
    /** Absent for a kind without namespaces. */
    readonly namespace?: string | undefined;
    /** The state that the gate waits for, in words; unique in the stack. */
    readonly until: string;
    /** The time in which the object must appear, in minutes. */
    readonly minutes: number;
    /** The creator of the object, and the place to look when it does not appear; ends the error message. */
    readonly hint: string;
}

/** Waits until an object exists. It fails the deployment with the object's name and the hint when that takes too long. */
export function objectExists(
    name: string,
    { apiVersion, kind, plural, name: object, namespace, until, minutes, hint }: ExpectedObject,
    opts: pulumi.CustomResourceOptions = {},
): ConfigMap {
    const title = `${kind} ${namespace === undefined ? "" : `${namespace}/`}${object}`;
    return gate(
        name,
        {
            kind: "object-exists",
            until,
            record: { object: title },
            check: async (kube) => {
                await untilObject(kube, {
                    kind: { apiVersion, plural, ...(namespace !== undefined && { namespace }) },
                    name: object,
                    within: minutes,
                    reached: (current) => current,
                    otherwise: `${title} did not appear within ${minutes} minutes: ${hint}`,
                });
            },
        },
        opts,
    );
}
