/** The provider of a cluster, through which hooks reach the very cluster that resources are written to. */
import { Provider, type ProviderArgs } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

import { Kube } from "./kube";

/** The connection to a cluster; the rest of the provider's arguments pass through. */
export interface ClusterProviderArgs extends Omit<ProviderArgs, "context" | "kubeconfig"> {
    /** Context of the kubeconfig. Default: the current one. */
    readonly context?: string | undefined;
    /** The file of the kubeconfig, or its content. Default: KUBECONFIG, or ~/.kube/config. */
    readonly kubeconfig?: string | undefined;
}

/** A Kubernetes provider that gates and hooks can ask as well. Give it to components as `provider`, as any other. */
export class ClusterProvider extends Provider {
    /** A client of the cluster that this provider writes to. @throws KubeError when the kubeconfig names no cluster */
    readonly connect: () => Promise<Kube>;

    constructor(name: string, args: ClusterProviderArgs = {}, opts?: pulumi.ResourceOptions) {
        const { context, kubeconfig, ...rest } = args;
        super(
            name,
            { ...rest, ...(context !== undefined && { context }), ...(kubeconfig !== undefined && { kubeconfig }) },
            opts,
        );
        this.connect = () => Kube.connect(context, kubeconfig);
    }
}

/** Any kind of the core API: providers are chosen by package alone. */
const ANY_KIND = "kubernetes:core/v1:ConfigMap";

/**
 * The connection of a resource's hooks to its cluster: by the provider in its options, or that of its parent; without either by the
 * current context of the kubeconfig, as Pulumi's default provider does.
 *
 * @returns connects when it is called, so in `pulumi up` only
 */
export function connectionOf({
    provider,
    parent,
}: Pick<pulumi.CustomResourceOptions, "provider" | "parent">): () => Promise<Kube> {
    const used = provider ?? parent?.getProvider(ANY_KIND);
    if (used === undefined) {
        return defaultConnection;
    }
    return used instanceof ClusterProvider
        ? used.connect
        : () =>
              Promise.reject(
                  new Error(
                      "a hook cannot reach the cluster of this provider: create it with ClusterProvider instead of kubernetes.Provider",
                  ),
              );
}

/** Connects as Pulumi's default provider does, which takes `kubernetes:context` and `kubernetes:kubeconfig` from the configuration. */
async function defaultConnection(): Promise<Kube> {
    const config = new pulumi.Config("kubernetes");
    // A content holds a login, so it is a secret mostly; `get` would warn of that.
    const kubeconfig = config.getSecret("kubeconfig");
    return Kube.connect(
        config.get("context"),
        kubeconfig === undefined ? undefined : await new Promise<string>((resolve) => kubeconfig.apply(resolve)),
    );
}
