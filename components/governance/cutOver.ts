import type * as pulumi from "@pulumi/pulumi";

import { gate } from "../gate";
import type { KindPath, Kube } from "../kube";
import { deadlineOf, isGone, untilObject } from "../untilObject";

/** The parts that a release with another namespace of the MaaS API takes over from the release before it. */
export interface CutOverArgs {
    /** Namespace of the MaaS API in the earlier release. */
    readonly formerNamespace: string;
    readonly modelsNamespace: string;
    /** The published models. */
    readonly models: readonly string[];
}

/** The controller removes it within seconds of the new API's first answer; a gateway that enforces slowly takes minutes. */
const MINUTES = 15;

/**
 * A gate that passes when nothing of the earlier release answers any more: its MaaS API, and its AuthPolicy of each model, which
 * asks that API about keys. It is passed at once where there was no earlier release. What lets the earlier API reach the database
 * is deleted at the end of `up`, and so after this gate.
 * Source: docs/sources/maas.md#upgrades.
 */
export function cutOver(args: CutOverArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { formerNamespace, modelsNamespace, models } = args;
    return gate(
        "maas-cut-over",
        {
            kind: "cut-over",
            until: "nothing of an earlier release answers any more",
            record: { formerNamespace, modelsNamespace, models: models.join(" ") },
            check: (kube) => waitForCutOver(kube, args),
        },
        opts,
    );
}

/** @throws Error that says what is left of the earlier release, and what to do */
export async function waitForCutOver(
    kube: Pick<Kube, "now" | "until">,
    { formerNamespace, modelsNamespace, models }: CutOverArgs,
): Promise<void> {
    const within = { deadline: await deadlineOf(kube, MINUTES) };
    const gone = (kind: KindPath, name: string, left: string): Promise<boolean> =>
        untilObject(kube, { kind, name, within, reached: isGone, otherwise: `${left} (waited ${MINUTES} minutes)` });
    for (const model of models) {
        const policy = `maas-auth-${model}`;
        await gone(
            { apiVersion: "kuadrant.io/v1", plural: "authpolicies", namespace: modelsNamespace },
            policy,
            `AuthPolicy ${modelsNamespace}/${policy} of the earlier release is still there: it goes once the new MaaS API answers and AuthPolicy maas-gateway-auth is accepted and enforced. ` +
                "Look at oc get maasauthpolicy -A and oc describe authpolicy maas-gateway-auth -n openshift-ingress",
        );
    }
    await gone(
        { apiVersion: "apps/v1", plural: "deployments", namespace: formerNamespace },
        "maas-api",
        `Deployment ${formerNamespace}/maas-api of the earlier release is still there: maas-controller tries to remove it once, and not again before it restarts. ` +
            `When the new one serves: oc rollout restart deployment/maas-controller -n ${formerNamespace}`,
    );
}
