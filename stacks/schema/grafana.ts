/** `observability.grafana`: Grafana behind the cluster's login. */
import { z } from "zod";

import { dnsLabel } from "../../kinds/common";

export const grafanaSchema = z
    .strictObject({
        host: dnsLabel
            .default("maas-grafana")
            .describe("First label of its host, below the domain of the cluster's Routes. Default maas-grafana."),
        viewers: z
            .array(z.string().min(1))
            .default([])
            .describe(
                "Groups that may enter: they get the cluster role cluster-monitoring-view, with which they read the metrics of all namespaces, in the console too. Default: none besides those who may already read all namespaces, such as administrators.",
            ),
        proxyImage: z
            .string()
            .regex(
                /^[^\s@]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/,
                "expected an image with a tag or a digest, such as quay.io/acme/oauth-proxy:v4.4",
            )
            .default("image-registry.openshift-image-registry.svc:5000/openshift/oauth-proxy:v4.4")
            .describe(
                "Image of OpenShift's OAuth proxy, by tag or digest. Default: the one that the cluster has, image-registry.openshift-image-registry.svc:5000/openshift/oauth-proxy:v4.4, which needs its image registry.",
            ),
    })
    .optional()
    .describe(
        "Grafana with the same dashboards in folders, behind the cluster's login, with a link in the console. Installs the Grafana operator of the community catalogue. Users are viewers. Default: none.",
    );

export type GrafanaSettings = NonNullable<z.output<typeof grafanaSchema>>;
