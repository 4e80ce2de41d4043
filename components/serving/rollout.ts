import * as pulumi from "@pulumi/pulumi";

import { canaryName } from "../../catalogue/models/canary";
import { HTTPRoute } from "../../kinds/gateway.networking.k8s.io";
import { AuthPolicy } from "../../kinds/kuadrant.io";
import { describedBy } from "../component";
import type { GatewayReference } from "./placement";

/** Arguments of {@link Rollout}. */
export interface RolloutArgs {
    /** Name of the model. Plain: the route is named by it. */
    readonly model: string;
    readonly namespace: pulumi.Input<string>;
    /** Percent of the requests that go to the second version. */
    readonly weight: number;
    readonly gateway: GatewayReference;
    /** Whether callers must authenticate. Plain: without it there is a policy that admits everybody. */
    readonly authentication: boolean;
}

/** Paths whose requests are split. The model itself answers all others, such as the list of models. */
const SPLIT = ["/v1/chat/completions", "/v1/completions"] as const;
const PORT = 8000;

/**
 * Splits the requests to a model's address between the model and its second version. The model's own route stays as its
 * controller writes it: it matches prefixes, this route exact paths, which take precedence. So callers keep the address, the
 * gateway requires the same permission, and one object holds the weight.
 * Source: docs/sources/llm-d.md#canary; Gateway API, precedence of matches.
 */
export class Rollout extends pulumi.ComponentResource {
    /** Name of the HTTPRoute. */
    public readonly route: pulumi.Output<string>;

    constructor(name: string, args: RolloutArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:Rollout", name, describedBy(args), opts);
        const { model, namespace, weight, gateway, authentication } = args;
        const canary = canaryName(model);
        const backend = (service: string, share: number) => ({
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
                    rules: SPLIT.map((path) => ({
                        matches: [{ path: { type: "Exact" as const, value: pulumi.interpolate`/${namespace}/${model}${path}` } }],
                        filters: [
                            {
                                type: "URLRewrite" as const,
                                urlRewrite: { path: { type: "ReplaceFullPath" as const, replaceFullPath: path } },
                            },
                        ],
                        backendRefs: [backend(model, 100 - weight), backend(canary, weight)],
                        // Answers may take as long as they need.
                        timeouts: { request: "0s" },
                    })),
                },
            },
            { parent: this },
        );
        if (!authentication) {
            // The gateway requires a token unless a policy of the route says otherwise.
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
        this.route = route.metadata.name;
        this.registerOutputs({ route: this.route });
    }
}
