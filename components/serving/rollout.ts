import * as pulumi from "@pulumi/pulumi";

import { HTTPRoute } from "../../kinds/gateway.networking.k8s.io";
import { AuthPolicy } from "../../kinds/kuadrant.io";
import { canaryName } from "../../catalogue/models/canary";

/** A model, its second version, and how its requests are shared out. */
export interface RolloutArgs {
    /** Name of the model. */
    readonly model: string;
    readonly namespace: string;
    /** Percent of the requests that the second version answers. */
    readonly weight: number;
    readonly gateway: { readonly name: string; readonly namespace: string };
    /** Whether callers must prove who they are. */
    readonly authentication: boolean;
}

/** What is shared out. All else, such as the list of models, is the model's own to answer. */
const SHARED = ["/v1/chat/completions", "/v1/completions"] as const;
const PORT = 8000;

/**
 * Shares the requests to a model's address out between the model and its second version. The model's own route stays as its
 * controller writes it: that one has prefixes, this one exact paths, which go first. So callers keep the address, the gateway
 * asks for the same permission as before, and taking the weight back is a change of this one object.
 * Source: docs/sources/llm-d.md#canary; Gateway API, precedence of matches.
 */
export class Rollout extends pulumi.ComponentResource {
    constructor(name: string, args: RolloutArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:Rollout", name, {}, opts);
        const { model, namespace, weight, gateway, authentication } = args;
        const canary = canaryName(model);
        const behind = (service: string, share: number) => ({
            group: "inference.networking.k8s.io" as const,
            kind: "InferencePool" as const,
            name: `${service}-inference-pool`,
            port: PORT,
            weight: share,
        });
        const route = new HTTPRoute(
            `${name}-route`,
            {
                metadata: { name: `${model}-rollout`, namespace, labels: { "app.kubernetes.io/part-of": "maas-platform" } },
                spec: {
                    parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", ...gateway }],
                    rules: SHARED.map((path) => ({
                        matches: [{ path: { type: "Exact" as const, value: `/${namespace}/${model}${path}` } }],
                        filters: [
                            {
                                type: "URLRewrite" as const,
                                urlRewrite: { path: { type: "ReplaceFullPath" as const, replaceFullPath: path } },
                            },
                        ],
                        backendRefs: [behind(model, 100 - weight), behind(canary, weight)],
                        // An answer takes as long as it takes.
                        timeouts: { request: "0s" },
                    })),
                },
            },
            { parent: this },
        );
        if (!authentication) {
            // The gateway asks for a token where no policy of the route says otherwise.
            new AuthPolicy(
                `${name}-open`,
                {
                    metadata: { name: `${model}-rollout`, namespace },
                    spec: {
                        targetRef: { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: `${model}-rollout` },
                        rules: { authentication: { public: { anonymous: {} } } },
                    },
                },
                { parent: this, dependsOn: route },
            );
        }
        this.registerOutputs({});
    }
}
